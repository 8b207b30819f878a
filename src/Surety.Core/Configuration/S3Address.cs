using System.Text.RegularExpressions;
using Surety.Repository.Errors;
using Surety.Repository.Storage.S3;

namespace Surety.Core.Configuration;

/// <summary>Reads <c>s3://bucket/prefix</c>.</summary>
internal static partial class S3Address
{
    private const string Scheme = "s3://";

    public static bool IsOne(string text) => text.StartsWith(Scheme, StringComparison.Ordinal);

    /// <param name="error">Makes the complaint of a fact and a hint: the caller knows where the text stands.</param>
    public static S3Place Parse(string text, Func<string, string, SuretyException> error)
    {
        var address = text[Scheme.Length..];
        if (address.Contains('@'))
        {
            // Not quoted: somebody wrote credentials into it.
            throw error(
                "an s3:// address holds no credentials",
                "write s3://bucket/prefix, and keep the keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
            );
        }

        var slash = address.IndexOf('/', StringComparison.Ordinal);
        var bucket = slash < 0 ? address : address[..slash];
        var prefix = slash < 0 ? "" : address[(slash + 1)..].TrimEnd('/');
        return Bucket().IsMatch(bucket) && (prefix.Length == 0 || Prefix().IsMatch(prefix))
            ? new S3Place(bucket, prefix)
            : throw error(
                $"'{text}' is no s3:// address",
                "write s3://bucket or s3://bucket/prefix, of letters, digits, '.', '-' and '_'; the endpoint goes into AWS_ENDPOINT_URL_S3"
            );
    }

    // A part that starts with a dot could be "..", which some services and proxies resolve.
    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]$")]
    private static partial Regex Bucket();

    [GeneratedRegex(@"^[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$")]
    private static partial Regex Prefix();
}

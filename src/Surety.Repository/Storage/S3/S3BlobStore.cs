using System.Net;
using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;
using Surety.Repository.Errors;

namespace Surety.Repository.Storage.S3;

/// <summary>
/// A repository in a bucket. The service writes a blob whole or not at all, answers only when it is durable, and lists
/// what it has written; what it does not promise is added here: retries, checked lengths, one writer of a new name.
/// </summary>
public sealed class S3BlobStore : IOpenBlobStore
{
    private readonly S3Place place;
    private readonly S3Terms terms;
    private readonly AmazonS3Client client;
    private readonly S3Attempts attempts;
    private readonly MultipartUpload multipart;
    private readonly UploadsBehind behind;

    private S3BlobStore(S3Place place, TimeProvider clock, S3Terms terms, AmazonS3Client client)
    {
        this.place = place;
        this.terms = terms;
        this.client = client;
        attempts = new S3Attempts(terms, clock, new S3Failure(place));
        multipart = new MultipartUpload(client, place.Bucket, attempts, terms);
        behind = new UploadsBehind(UploadAsync, terms.UploadsAtOnce);
    }

    public string Location => place.Location;

    public bool IsFarAway => true;

    /// <summary>
    /// Opens the place without asking the service: what is wrong with it, or with the credentials, is told by the first
    /// access. <see cref="ErrorCode.InvalidConfiguration"/> where nobody says the region.
    /// </summary>
    public static S3BlobStore Open(S3Place place, TimeProvider clock) => Open(place, clock, S3Terms.Standard);

    internal static S3BlobStore Open(S3Place place, TimeProvider clock, S3Terms terms) =>
        new(place, clock, terms, S3Connection.Open(place));

    public async ValueTask<byte[]?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        var key = KeyOf(name);
        await behind.SettleAsync(name, cancellationToken);
        return await attempts.RunAsync(
            new S3Request("read", name),
            uploadedBytes: 0,
            attempt => DownloadAsync(key, attempt),
            cancellationToken
        );
    }

    public async ValueTask<long?> GetLengthAsync(string name, CancellationToken cancellationToken)
    {
        var key = KeyOf(name);
        await behind.SettleAsync(name, cancellationToken);
        return await attempts.RunAsync<long?>(
            new S3Request("read", name),
            uploadedBytes: 0,
            async attempt =>
            {
                try
                {
                    var head = new GetObjectMetadataRequest { BucketName = place.Bucket, Key = key };
                    return (await client.GetObjectMetadataAsync(head, attempt.Token)).ContentLength;
                }
                catch (AmazonS3Exception e) when (S3Failure.IsMissing(e))
                {
                    return null;
                }
            },
            cancellationToken
        );
    }

    public async ValueTask WriteAsync(
        string name,
        ReadOnlyMemory<byte> content,
        bool durable,
        CancellationToken cancellationToken
    )
    {
        BlobName.Require(name);
        cancellationToken.ThrowIfCancellationRequested();
        if (!durable && content.Length <= terms.LargestBehind)
        {
            await behind.BeginAsync(name, content, cancellationToken);
            return;
        }

        await behind.SettleAsync(name, cancellationToken);
        await UploadAsync(name, content, cancellationToken);
    }

    /// <remarks>
    /// Asks first, and then writes on the condition that there is still nothing: exactly one of many succeeds where the
    /// service keeps conditions, as Amazon S3, MinIO, R2 and Ceph do. Where it ignores them, or does not know them, two
    /// that come within one moment with one name could both succeed; the names that Surety makes are random.
    /// </remarks>
    public async ValueTask<bool> TryCreateAsync(
        string name,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (await GetLengthAsync(name, cancellationToken) is not null)
        {
            return false;
        }

        var answer = await CreateAsync(name, content, cancellationToken);
        // An attempt whose answer was lost may have written it: then it is there, and is ours.
        return answer == Creation.Done
            || (answer == Creation.Uncertain && await IsThereAsync(name, content, cancellationToken));
    }

    /// <summary>What another process wrote was durable when the service answered it.</summary>
    public void Adopt(string name) => BlobName.Require(name);

    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await behind.SettleAsync("", cancellationToken);
        behind.ThrowIfFailed();
    }

    public async IAsyncEnumerable<BlobInfo> ListAsync(
        string prefix,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await behind.SettleAsync(prefix, cancellationToken);
        string? next = null;
        do
        {
            var page = await ListPageAsync(prefix, next, cancellationToken);
            foreach (var found in page.S3Objects ?? [])
            {
                // A key that ends with a slash is the folder that a console shows.
                if (!found.Key.EndsWith('/'))
                {
                    yield return new BlobInfo(
                        found.Key[KeyPrefix.Length..],
                        found.Size ?? 0,
                        new DateTimeOffset((found.LastModified ?? DateTime.UnixEpoch).ToUniversalTime())
                    );
                }
            }

            next = page.IsTruncated == true ? page.NextContinuationToken : null;
        } while (next is not null);
    }

    public async ValueTask DeleteAsync(string name, CancellationToken cancellationToken)
    {
        var key = KeyOf(name);
        cancellationToken.ThrowIfCancellationRequested();
        await behind.SettleAsync(name, cancellationToken);
        await attempts.RunAsync(
            new S3Request("deleted", name),
            uploadedBytes: 0,
            async attempt =>
            {
                try
                {
                    await client.DeleteObjectAsync(place.Bucket, key, attempt.Token);
                }
                catch (AmazonS3Exception e) when (S3Failure.IsMissing(e))
                {
                    // Some services say so, Amazon's does not.
                }

                return true;
            },
            cancellationToken
        );
    }

    /// <summary>
    /// Returns where these credentials may write, and leaves nothing: it begins an upload in parts and abandons it.
    /// Throws as <see cref="WriteAsync"/> otherwise.
    /// </summary>
    public ValueTask EnsureWritableAsync(CancellationToken cancellationToken) =>
        multipart.BeginAndAbandonAsync(KeyPrefix + "tmp/check", cancellationToken);

    public void Dispose()
    {
        behind.Dispose();
        client.Dispose();
    }

    private string KeyPrefix => place.Prefix.Length == 0 ? "" : place.Prefix + "/";

    private string KeyOf(string name)
    {
        BlobName.Require(name);
        return KeyPrefix + name;
    }

    private async Task<byte[]?> DownloadAsync(string key, S3Attempt attempt)
    {
        try
        {
            using var response = await client.GetObjectAsync(place.Bucket, key, attempt.Token);
            var content = GC.AllocateUninitializedArray<byte>(checked((int)response.ContentLength));
            for (var filled = 0; filled < content.Length; )
            {
                var read = await response.ResponseStream.ReadAsync(content.AsMemory(filled), attempt.Token);
                if (read == 0)
                {
                    throw new EndOfStreamException($"{key} broke off after {filled} of {content.Length} bytes");
                }

                filled += read;
                attempt.Progressed();
            }

            return content;
        }
        catch (AmazonS3Exception e) when (S3Failure.IsMissing(e))
        {
            return null;
        }
    }

    private async ValueTask UploadAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        if (content.Length >= terms.MultipartFrom)
        {
            await multipart.RunAsync(name, KeyOf(name), content, cancellationToken);
            return;
        }

        await attempts.RunAsync(
            new S3Request("written", name),
            content.Length,
            attempt => client.PutObjectAsync(PutRequest(name, content), attempt.Token),
            cancellationToken
        );
    }

    private async ValueTask<Creation> CreateAsync(
        string name,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await attempts.RunAsync(
                new S3Request("written", name),
                content.Length,
                attempt => PutIfNewAsync(name, content, attempt),
                cancellationToken
            );
        }
        catch (SuretyException e) when (e.IsTransient)
        {
            throw e.With($"whether {name} was written is not known");
        }
    }

    private async Task<Creation> PutIfNewAsync(string name, ReadOnlyMemory<byte> content, S3Attempt attempt)
    {
        var request = PutRequest(name, content);
        request.IfNoneMatch = "*";
        try
        {
            await client.PutObjectAsync(request, attempt.Token);
            return Creation.Done;
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.PreconditionFailed)
        {
            return Creation.Uncertain;
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotImplemented)
        {
            await client.PutObjectAsync(PutRequest(name, content), attempt.Token);
            return Creation.Done;
        }
    }

    private async ValueTask<bool> IsThereAsync(
        string name,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellationToken
    ) => await ReadAsync(name, cancellationToken) is { } found && content.Span.SequenceEqual(found);

    private PutObjectRequest PutRequest(string name, ReadOnlyMemory<byte> content) =>
        new()
        {
            BucketName = place.Bucket,
            Key = KeyOf(name),
            InputStream = UploadBody.Of(content),
            // One signature over the whole body: not every service knows bodies signed in pieces.
            UseChunkEncoding = false,
        };

    private ValueTask<ListObjectsV2Response> ListPageAsync(
        string prefix,
        string? continuation,
        CancellationToken cancellationToken
    ) =>
        attempts.RunAsync(
            new S3Request("listed", prefix),
            uploadedBytes: 0,
            attempt =>
                client.ListObjectsV2Async(
                    new ListObjectsV2Request
                    {
                        BucketName = place.Bucket,
                        Prefix = KeyPrefix + prefix,
                        ContinuationToken = continuation,
                        MaxKeys = terms.PageLength,
                    },
                    attempt.Token
                ),
            cancellationToken
        );

    private enum Creation
    {
        Done,

        /// <summary>There is one of that name: another's, or that of an attempt whose answer was lost.</summary>
        Uncertain,
    }
}

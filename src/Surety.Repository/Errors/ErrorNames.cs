using System.Text.Json;

namespace Surety.Repository.Errors;

/// <summary>What failures are called outside: by <c>--json</c>, the journal and the API. Names are stable (docs/errors.md).</summary>
public static class ErrorNames
{
    private static readonly Dictionary<string, ErrorCode> Codes = Enum.GetValues<ErrorCode>().ToDictionary(NameOf);

    /// <summary>As <c>repository-not-found</c>.</summary>
    public static string NameOf(ErrorCode code) => JsonNamingPolicy.KebabCaseLower.ConvertName(code.ToString());

    /// <summary>Null for a name that is none of ours, or of a later version.</summary>
    public static ErrorCode? Find(string name) => Codes.TryGetValue(name, out var code) ? code : null;
}

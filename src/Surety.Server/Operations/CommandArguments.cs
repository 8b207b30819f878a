using Surety.Repository.Errors;

namespace Surety.Server.Operations;

/// <summary>
/// The arguments of a command, made of what somebody sent. No text of theirs can become an option: a value is in the same
/// argument as its option, and what stands alone never begins with a hyphen.
/// </summary>
internal sealed class CommandArguments
{
    private const int LongestText = 4096;
    private const int MostValues = 1000;

    private readonly List<string> all = [];

    public IReadOnlyList<string> All => all;

    /// <summary>An argument that stands alone.</summary>
    public void Add(string value) =>
        all.Add(
            !Checked(value, "an argument").StartsWith('-') ? value : throw Wrong($"'{value}' begins with a hyphen")
        );

    public void Flag(string option, bool isOn)
    {
        if (isOn)
        {
            all.Add(option);
        }
    }

    /// <summary>Nothing where the value is null or empty.</summary>
    public void Option(string option, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            all.Add($"{option}={Checked(value, option)}");
        }
    }

    public void Options(string option, IReadOnlyCollection<string>? values)
    {
        if (values?.Count > MostValues)
        {
            throw Wrong($"{option} has more than {MostValues} values");
        }

        foreach (var value in values ?? [])
        {
            Option(option, value is { Length: > 0 } ? value : throw Wrong($"a value of {option} is empty"));
        }
    }

    private static string Checked(string value, string option) =>
        value.Length > LongestText ? throw Wrong($"{option} is longer than {LongestText} characters")
        : value.Contains('\0') ? throw Wrong($"{option} holds a NUL character")
        : value;

    private static SuretyException Wrong(string fact) =>
        new(
            ErrorCode.InvalidArgument,
            $"{fact}; nothing was done",
            "see the description of the request at /openapi/v1.json"
        );
}

using System.Globalization;
using System.Text;

namespace Surety.Repository.Journal;

/// <summary>Who runs operations, and by which command: what all records of one process have in common.</summary>
/// <param name="User">The operating system's user.</param>
/// <param name="Host">Name of the machine.</param>
/// <param name="Command">The command line without secrets, or null where there is none.</param>
public sealed record OperationOrigin(string User, string Host, string? Command)
{
    // Room for a name and what kind it is of; whoever names it is not trusted with more.
    private const int MostCharacters = 200;

    /// <summary>
    /// On whose behalf, where a program runs Surety for others: <c>token ci</c>. Control characters and what is beyond
    /// 200 characters are dropped: an operation does not fail for its record's sake. Null where nobody is named.
    /// </summary>
    public string? RequestedBy
    {
        get;
        init => field = Clean(value);
    }

    public static OperationOrigin ThisProcess(string? command) =>
        new(Environment.UserName, Environment.MachineName, command);

    private static string? Clean(string? text)
    {
        var kept = (text ?? "").EnumerateRunes().Where(IsVisible).Take(MostCharacters);
        var name = string.Concat(kept).Trim();
        return name.Length == 0 ? null : name;
    }

    // Format characters can reverse what follows on the screen.
    private static bool IsVisible(Rune character) =>
        Rune.GetUnicodeCategory(character)
            is not (
                UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
            );
}

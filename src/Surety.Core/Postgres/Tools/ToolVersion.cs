using System.Globalization;
using System.Text.RegularExpressions;

namespace Surety.Core.Postgres.Tools;

/// <summary>
/// The version of a PostgreSQL program, as <c>--version</c> prints it: <c>pg_dump (PostgreSQL) 15.18</c>. A beta or
/// development version has minor 0.
/// </summary>
public readonly partial record struct ToolVersion(int Major, int Minor) : IComparable<ToolVersion>
{
    /// <summary>Reads what a PostgreSQL program prints for <c>--version</c>.</summary>
    public static bool TryParse(string text, out ToolVersion version)
    {
        version = default;
        var match = VersionLine().Match(text);
        if (!match.Success)
        {
            return false;
        }

        version = new ToolVersion(Number(match.Groups["major"]), Number(match.Groups["minor"]));
        return true;
    }

    public int CompareTo(ToolVersion other) =>
        Major != other.Major ? Major.CompareTo(other.Major) : Minor.CompareTo(other.Minor);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");

    private static int Number(Group group) =>
        group.Success ? int.Parse(group.ValueSpan, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"\(PostgreSQL\) (?<major>[0-9]{1,4})(\.(?<minor>[0-9]{1,4}))?")]
    private static partial Regex VersionLine();
}

using System.Globalization;
using System.Text.RegularExpressions;

namespace Surety.Core.Migrations.Files;

/// <summary>What the name of a migration says: its version, its direction, and when it runs.</summary>
/// <param name="Path">Relative to the folder of the migrations, with <c>/</c>.</param>
/// <param name="Version">Digits and dots; null where the name has none.</param>
internal sealed partial record MigrationName(string Path, string? Version) : IComparable<MigrationName>
{
    // yyyyMMddHHmmss: what some tools add behind it only orders those of the same second.
    private const int Timestamp = 14;

    /// <summary>True for one that takes another back: <c>001_name.down.sql</c>, <c>down.sql</c>, Flyway's <c>U1__name.sql</c>.</summary>
    public bool IsDown { get; private init; }

    public static MigrationName Of(string relativePath)
    {
        var path = relativePath.Replace('\\', '/');
        var file = path[(path.LastIndexOf('/') + 1)..];
        // Diesel and Prisma name the folder.
        var named =
            file is "up.sql" or "down.sql" or "migration.sql" && path.Split('/') is [.., var folder, _] ? folder : file;
        var version = Versioned().Match(named);
        return new MigrationName(path, version.Success ? Normal(version.Groups["version"].Value) : null)
        {
            IsDown =
                file == "down.sql"
                || file.EndsWith(".down.sql", StringComparison.OrdinalIgnoreCase)
                || (version.Success && version.Groups["prefix"].Value is "U" or "u"),
        };
    }

    /// <summary>By version; what has none, such as Flyway's repeatable ones, comes last; ties go by path.</summary>
    public int CompareTo(MigrationName? other)
    {
        if (other is null)
        {
            return 1;
        }

        var order = (Version is null).CompareTo(other.Version is null);
        order = order == 0 && Version is not null ? Compare(Version, other.Version!) : order;
        return order == 0 ? string.CompareOrdinal(Path, other.Path) : order;
    }

    private static int Compare(string left, string right)
    {
        var (a, b) = (left.Split('.'), right.Split('.'));
        for (var i = 0; i < Math.Max(a.Length, b.Length); i++)
        {
            var order = CompareNumbers(i < a.Length ? a[i] : "0", i < b.Length ? b[i] : "0");
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    private static int CompareNumbers(string left, string right)
    {
        var order = Number(left).CompareTo(Number(right));
        return order == 0 && (left.Length > Timestamp || right.Length > Timestamp)
            ? string.CompareOrdinal(left, right)
            : order;
    }

    private static long Number(string digits) =>
        long.Parse(digits[..Math.Min(digits.Length, Timestamp)], CultureInfo.InvariantCulture);

    // Diesel writes 2024-10-25-112826; Flyway takes dots and single underscores between the parts of a version.
    private static string Normal(string version) =>
        version.Replace("-", "", StringComparison.Ordinal).Replace('_', '.').Trim('.');

    [GeneratedRegex(
        @"^((?<prefix>[VUBvub])(?<version>[0-9]+([._][0-9]+)*)(?=__|\.)|(?<version>[0-9][0-9-]*(\.[0-9]+)*)(?=[._-]|$))",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Versioned();
}

namespace Surety.Core.Migrations.Files;

/// <summary>
/// The number of a migration: <c>7</c>, <c>1.2</c>, <c>20240101120000</c>. Compared by value, part for part, however many
/// digits there are: <c>V2</c> comes before <c>V10</c>, and <c>001</c> is <c>1</c>, as is <c>1.0</c>.
/// </summary>
internal readonly record struct MigrationVersion : IComparable<MigrationVersion>
{
    // yyyyMMddHHmmss: what some tools add behind it only orders those of the same second.
    private const int Timestamp = 14;

    private readonly string? text;

    private MigrationVersion(string text) => this.text = text;

    /// <summary>Digits with dots or underscores between the parts.</summary>
    /// <returns>Null where it is something else.</returns>
    public static MigrationVersion? TryParse(string written)
    {
        var parts = written.Split('.', '_');
        if (parts.Any(part => part.Length == 0 || !part.All(char.IsAsciiDigit)))
        {
            return null;
        }

        var numbers = parts.Select(part => part.TrimStart('0')).Select(part => part.Length == 0 ? "0" : part).ToList();
        while (numbers is [_, .., "0"])
        {
            numbers.RemoveAt(numbers.Count - 1);
        }

        return new MigrationVersion(string.Join('.', numbers));
    }

    /// <summary>The whole number that it is, or null where it has parts or is one of time, such as 20240101120000.</summary>
    public int? Counter => int.TryParse(this.ToString(), out var number) && number < 1_000_000 ? number : null;

    public int CompareTo(MigrationVersion other)
    {
        var mine = ToString().Split('.');
        var others = other.ToString().Split('.');
        for (var i = 0; i < Math.Max(mine.Length, others.Length); i++)
        {
            var order = Compare(mine.ElementAtOrDefault(i) ?? "0", others.ElementAtOrDefault(i) ?? "0");
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    /// <summary>As the table of what ran has it.</summary>
    public override string ToString() => text ?? "0";

    // Without leading zeros the longer number is the greater one.
    private static int Compare(string a, string b)
    {
        var lengths = Math.Min(a.Length, Timestamp).CompareTo(Math.Min(b.Length, Timestamp));
        return lengths != 0 ? lengths : string.CompareOrdinal(a, b);
    }
}

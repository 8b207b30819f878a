using System.Globalization;
using System.Text.RegularExpressions;

namespace Surety.Core.Postgres.Schema;

/// <summary>One line of an archive's table of contents.</summary>
/// <param name="Id">The entry's number within the archive.</param>
/// <param name="Text">Type, schema, name and owner with blanks between, as pg_restore lists them.</param>
/// <param name="DependsOn">Numbers of the entries that it needs.</param>
internal sealed record ArchiveEntry(int Id, string Text, IReadOnlyList<int> DependsOn)
{
    public bool Is(string type) => Text.StartsWith($"{type} ", StringComparison.Ordinal);

    public bool Is(string type, QualifiedName name) =>
        Text.StartsWith($"{type} {OneLine(name.Schema)} {OneLine(name.Name)} ", StringComparison.Ordinal);

    /// <summary>Large objects: versions of pg_dump differ in what they write of them, so a backup keeps them itself.</summary>
    public bool IsLargeObject =>
        Is("BLOB") || Is("BLOBS") || Is("BLOB METADATA") || Text.Contains(" - LARGE OBJECT", StringComparison.Ordinal);

    /// <summary>An event trigger, or its comment.</summary>
    public bool IsEventTrigger => Is("EVENT TRIGGER") || Is("COMMENT - EVENT TRIGGER");

    // pg_dump's sanitize_line().
    private static string OneLine(string name) => name.Replace('\n', ' ').Replace('\r', ' ');
}

/// <summary>The table of contents of a custom-format archive, as <c>pg_restore --list --verbose</c> prints it.</summary>
internal sealed partial class ArchiveContents
{
    // What is part of a table but stands by itself in an archive.
    private static readonly string[] PartsBeforeRows =
    [
        "DEFAULT",
        "SEQUENCE",
        "SEQUENCE OWNED BY",
        "COMMENT",
        "ACL",
        "SECURITY LABEL",
    ];
    private static readonly string[] PartsAfterRows =
    [
        "CONSTRAINT",
        "CHECK CONSTRAINT",
        "INDEX",
        "INDEX ATTACH",
        "TABLE ATTACH",
        "TRIGGER",
        "RULE",
        "POLICY",
        "ROW SECURITY",
        "STATISTICS",
        "COMMENT",
    ];

    private ArchiveContents(IReadOnlyList<ArchiveEntry> entries) => Entries = entries;

    public IReadOnlyList<ArchiveEntry> Entries { get; }

    public static ArchiveContents Parse(string list)
    {
        var entries = new List<ArchiveEntry>();
        foreach (var line in list.Split('\n'))
        {
            if (EntryLine().Match(line) is { Success: true } entry)
            {
                entries.Add(new ArchiveEntry(Number(entry.Groups["id"].Value), entry.Groups["text"].Value, []));
            }
            else if (entries.Count > 0 && DependencyLine().Match(line) is { Success: true } needs)
            {
                var ids = needs.Groups["ids"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Number);
                entries[^1] = entries[^1] with { DependsOn = ids.ToList() };
            }
        }

        return new ArchiveContents(entries);
    }

    /// <summary>
    /// A table and all that is part of it: defaults, the sequences it owns, keys, indexes, triggers, policies, comments,
    /// grants. Not what merely uses it, such as views and the keys of other tables.
    /// </summary>
    public IReadOnlyList<ArchiveEntry> PartsOf(QualifiedName table)
    {
        var itself = Entries.Where(e => e.Is("TABLE", table)).ToList();
        var direct = Dependents(itself, [.. PartsBeforeRows, .. PartsAfterRows]);
        var keys = Entries.Where(e => e.Is("FK CONSTRAINT", table));
        // Which column owns a sequence hangs on the sequence, and the sequence on the table.
        var sequences = direct.Where(e => e.Is("SEQUENCE")).ToList();
        var ownership = Dependents(sequences, ["SEQUENCE OWNED BY"]);
        var further = Dependents(direct, ["COMMENT", "ACL", "INDEX ATTACH", "SECURITY LABEL"]);
        return [.. itself.Concat(direct).Concat(keys).Concat(ownership).Concat(further).Distinct()];
    }

    private List<ArchiveEntry> Dependents(IReadOnlyCollection<ArchiveEntry> on, IReadOnlyCollection<string> types)
    {
        var ids = on.Select(e => e.Id).ToHashSet();
        return Entries.Where(e => e.DependsOn.Any(ids.Contains) && types.Any(e.Is)).ToList();
    }

    private static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<id>\d+); \d+ \d+ (?<text>.*)$")]
    private static partial Regex EntryLine();

    [GeneratedRegex(@"^;\s+depends on: (?<ids>[\d ]+)$")]
    private static partial Regex DependencyLine();
}

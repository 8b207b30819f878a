using System.Text.RegularExpressions;

namespace Surety.Core.Postgres.Schema;

/// <summary>A definition that two schemas do not share.</summary>
/// <param name="Definition">For people: <c>INDEX public.orders_by_day</c>.</param>
/// <param name="Change"><c>missing</c> and <c>extra</c> are said of the database, compared with the backup.</param>
public sealed record SchemaDifference(string Definition, SchemaChange Change);

public enum SchemaChange
{
    Missing,
    Extra,
    Changed,
}

/// <summary>Compares two schemas as sets of definitions.</summary>
internal static partial class SchemaDifferences
{
    public static IReadOnlyList<SchemaDifference> Between(SchemaText backup, SchemaText database)
    {
        var kept = Group(backup);
        var present = Group(database);
        var missing = kept.Where(d => !present.ContainsKey(d.Key)).Select(d => Difference(d, SchemaChange.Missing));
        var extra = present.Where(d => !kept.ContainsKey(d.Key)).Select(d => Difference(d, SchemaChange.Extra));
        var changed = kept.Where(d => present.TryGetValue(d.Key, out var sql) && sql != d.Value)
            .Select(d => Difference(d, SchemaChange.Changed));
        return [.. missing, .. extra, .. changed];
    }

    // Several definitions can have one header (the rules of a view, grants): together they are one. The header's owner is
    // left out: where it matters, a statement sets it.
    private static Dictionary<string, string> Group(SchemaText schema) =>
        schema
            .Definitions.GroupBy(d => Owner().Replace(d.Header, ""), StringComparer.Ordinal)
            .ToDictionary(
                g => g.Key,
                g => string.Join('\n', g.Select(d => d.Sql).Order(StringComparer.Ordinal)),
                StringComparer.Ordinal
            );

    private static SchemaDifference Difference(KeyValuePair<string, string> definition, SchemaChange change) =>
        new(SchemaText.Describe(definition.Key), change);

    [GeneratedRegex("(?<=; Owner: ).*?(?=; Tablespace: |$)")]
    private static partial Regex Owner();
}

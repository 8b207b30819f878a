using System.Text.Json;
using Surety.Core.Migrations.Rehearsal;
using Surety.Testing;

namespace Surety.IntegrationTests.Migrations.Rehearsal;

/// <summary>What a migration did, as somebody else saw it: <c>observed-effects.jsonl</c>, an oracle that knows nothing of Surety.</summary>
internal sealed class KnownEffects
{
    private readonly JsonElement known;

    private KnownEffects(JsonElement known) => this.known = known;

    public static IReadOnlyDictionary<string, KnownEffects> Of(MigrationCorpus corpus) =>
        File.ReadLines(Path.Combine(corpus.Folder, "observed-effects.jsonl"))
            .Select(line => JsonSerializer.Deserialize<JsonElement>(line))
            .ToDictionary(e => e.GetProperty("file").GetString()!, e => new KnownEffects(e));

    /// <summary>Where the two disagree, each as a line; none where they see the same.</summary>
    public IEnumerable<string> DifferencesTo(ScriptsReport report)
    {
        var dropped = report.Statements.SelectMany(s => s.Effects.Dropped).Where(o => !o.IsNew).ToList();
        var gone = dropped.Where(o => o.Kind is "table" or "view" or "materialized view").Select(o => o.Name);
        var relations = Strings("dropped_relations").Where(r => r[0] is 'r' or 'p' or 'v' or 'm').Select(r => r[2..]);
        var columns = Strings("dropped_columns").Select(c => c.Split(' ')[0]);
        var retyped = Strings("retyped_columns").Select(c => c.Split(' ')[0]);
        var altered = report
            .Statements.SelectMany(s => s.Effects.Altered)
            .Where(a => a.Kind == "column" && a.Changes.Any(c => c.StartsWith("type ", StringComparison.Ordinal)));
        // A foreign key that is checked locks the other table's rows where there are any; the oracle had none.
        var locks = report.Locks.Where(l => l.Mode != LockMode.RowShare).Select(l => $"{l.Table} {l.Mode}Lock");
        return
        [
            .. Compare("dropped", relations, gone),
            .. Compare("dropped", columns, dropped.Where(o => o.Kind == "column").Select(o => o.Name)),
            .. Compare("retyped", retyped, altered.Select(a => a.Name)),
            .. Compare("rewritten", Strings("rewritten"), report.Statements.SelectMany(s => s.Effects.Rewritten)),
            .. known.GetProperty("mode").GetString() == "transaction" ? Compare("lock", Locks(), locks) : [],
        ];
    }

    private IEnumerable<string> Locks() =>
        known.TryGetProperty("locks", out var locks)
            ? locks.EnumerateObject().SelectMany(t => t.Value.GetString()!.Split(',').Select(m => $"{t.Name} {m}"))
            : [];

    private IEnumerable<string> Strings(string property) =>
        known.TryGetProperty(property, out var list) ? list.EnumerateArray().Select(e => e.GetString()!) : [];

    private static IEnumerable<string> Compare(string what, IEnumerable<string> known, IEnumerable<string> seen)
    {
        var (expected, actual) = (Plain(known), Plain(seen));
        return
        [
            .. expected.Except(actual).Select(e => $"not seen: {what} {e}"),
            .. actual.Except(expected).Select(e => $"only seen: {what} {e}"),
        ];
    }

    private static HashSet<string> Plain(IEnumerable<string> names) =>
        [.. names.Select(n => n.Replace("\"", "", StringComparison.Ordinal))];
}

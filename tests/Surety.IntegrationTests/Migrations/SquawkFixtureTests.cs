using System.Text.Json;
using Surety.Core.Migrations.Check;
using Surety.Core.Migrations.Rules;
using Surety.Core.Migrations.Scripts;
using Surety.Testing;

namespace Surety.IntegrationTests.Migrations;

/// <summary>
/// squawk's own examples: where squawk speaks, so does Surety, by its rule for the same danger; where squawk is silent, so
/// is that rule. Where Surety differs on purpose, this says why.
/// </summary>
public sealed class SquawkFixtureTests
{
    // eng/squawk/compare.sh counts by the same pairs.
    private static readonly Dictionary<string, string[]> Counterparts = JsonSerializer.Deserialize<
        Dictionary<string, string[]>
    >(File.ReadAllText(Path.Combine(ProjectFolders.Root, "eng", "squawk", "counterparts.json")))!;

    // Where Surety differs, and why: docs/check.md says the same to people.
    private static readonly Dictionary<(string Rule, string Name), string> Differences = new()
    {
        [("require-concurrent-reindex", "reindex_system_ok")] = "it blocks, whether there is another way or not",
        [("constraint-missing-not-valid", "not_valid_validate_transaction_err")] =
            "its text is cut within the name, so it validates another constraint than it added",
        [("prefer-bigint-over-int", "ok")] = "one rule for integer and smallint",
        [("prefer-bigint-over-smallint", "ok")] = "one rule for integer and smallint",
        [("adding-not-nullable-field", "pg16_cross_migration_validate_then_set_not_null_ok")] = CheckNotSeen,
        [("adding-not-nullable-field", "pg12_cross_migration_validate_then_set_not_null_ok")] = CheckNotSeen,
        [("prefer-repack", "cluster_below_pg19_ok")] = Rewrites,
        [("prefer-repack", "vacuum_full_below_pg19_ok")] = Rewrites,
        [("require-timeout-settings", "err_other_ddl_operations")] = "CREATE TYPE waits for nobody's lock",
        [("ban-alter-domain-with-add-constraint", "ok")] =
            "SET NOT NULL and VALIDATE read every value of the domain too",
    };

    private const string CheckNotSeen = "what the constraint says is not in the script: its name proves nothing";
    private const string Rewrites = "the table is rewritten in every version, whether REPACK exists or not";

    public static TheoryData<string> Rules => [.. Counterparts.Keys];

    [SharedDataTheory]
    [MemberData(nameof(Rules))]
    public void WhereSquawkSpeaksSuretyDoes(string rule)
    {
        var failures = Fixtures()
            .Where(f => f.Rule == rule && !Differences.ContainsKey((f.Rule, f.Name)))
            .Where(f => Speaks(f) != f.Expected)
            .Select(f => $"{f.Name} ({(f.Expected ? "must" : "must not")} speak): {f.Sql}")
            .ToList();
        failures.ShouldBeEmpty();
    }

    [Fact]
    public void EveryCounterpartIsARule() =>
        Counterparts.Values.SelectMany(rules => rules).Where(rule => RuleBook.Find(rule) is null).ShouldBeEmpty();

    [SharedDataFact]
    public void EveryRuleOfSquawkHasACounterpart() =>
        Fixtures().Select(f => f.Rule).Distinct().Except(Counterparts.Keys).ShouldBeEmpty();

    private static bool Speaks(Fixture fixture)
    {
        var options = new CheckOptions
        {
            Version = fixture.Version,
            Added = RuleBook.All.Where(r => r.OptIn).Select(r => r.Name).ToHashSet(),
        };
        var report = MigrationCheck.Run([MigrationScript.Parse(fixture.Sql)], options);
        var spoken = report.Statements.SelectMany(s => s.Findings).Select(f => f.Rule.Name);
        return spoken.Intersect(Counterparts[fixture.Rule]).Any();
    }

    private static List<Fixture> Fixtures()
    {
        var path = Path.Combine(ProjectFolders.SharedData!, "linter-fixtures", "squawk-rule-tests.json");
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        return [.. document.RootElement.EnumerateArray().Select(Fixture.Of)];
    }

    private sealed record Fixture(string Rule, string Name, bool Expected, string Sql, int Version)
    {
        public static Fixture Of(JsonElement element) =>
            new(
                element.GetProperty("rule").GetString()!,
                element.GetProperty("test").GetString()!,
                element.GetProperty("expect").GetString() == "error",
                element.GetProperty("sql").GetString()!,
                element.TryGetProperty("pg_version", out var version)
                    ? int.Parse(version.ToString().Split('.')[0], System.Globalization.CultureInfo.InvariantCulture)
                    : CheckOptions.NewestVersion
            );
    }
}

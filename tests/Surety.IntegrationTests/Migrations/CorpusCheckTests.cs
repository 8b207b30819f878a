using System.Text.Json;
using Surety.Core.Migrations.Check;
using Surety.Core.Migrations.Files;
using Surety.Core.Migrations.Rules;
using Surety.Core.Migrations.Scripts;
using Surety.Testing;

namespace Surety.IntegrationTests.Migrations;

/// <summary>Several hundred real migrations, and what each really did when it was applied.</summary>
public sealed class CorpusCheckTests
{
    // What was observed of a migration, and the least risk that it must have been given.
    private static readonly (string Effect, RiskLevel Least)[] Least =
    [
        ("dropped_columns", RiskLevel.High),
        ("retyped_columns", RiskLevel.Medium),
        ("renamed_columns", RiskLevel.Medium),
        ("renamed_relations", RiskLevel.Low),
        ("dropped_constraints", RiskLevel.Medium),
        ("dropped_functions", RiskLevel.Medium),
        ("dropped_relations", RiskLevel.Medium),
        ("drop_not_null", RiskLevel.Medium),
        ("enum_values_added", RiskLevel.Medium),
        ("set_not_null", RiskLevel.Low),
        ("new_indexes_on_existing", RiskLevel.Low),
        ("rewritten", RiskLevel.Low),
    ];

    public static TheoryData<string> Corpora => [.. MigrationCorpus.All.Select(c => c.Name)];

    [SharedDataTheory]
    [MemberData(nameof(Corpora))]
    public void NoMigrationIsRatedBelowWhatItDid(string name)
    {
        var corpus = Named(name);
        var rated = Run(corpus, corpus.Order).Scripts.ToDictionary(s => s.Source.File, s => s.Risk);
        var tooLow =
            from line in File.ReadLines(Path.Combine(corpus.Folder, "observed-effects.jsonl"))
            let observed = JsonDocument.Parse(line).RootElement
            let file = observed.GetProperty("file").GetString()!
            from least in Least
            where
                observed.TryGetProperty(least.Effect, out var seen)
                && IsInTransaction(observed, least.Effect)
                && rated[file] < LeastOf(least, seen)
            select $"{file}: {least.Effect}, rated {rated[file]}";
        tooLow.ShouldBeEmpty();
    }

    [SharedDataTheory]
    [MemberData(nameof(Corpora))]
    public void EveryStatementIsRatedAndUnderstood(string name)
    {
        var corpus = Named(name);
        var report = Run(corpus, [.. corpus.Files.Keys]);
        report.Scripts.Count.ShouldBe(corpus.Files.Count);
        report.Statements.Count().ShouldBe(corpus.Files.Values.Sum(s => MigrationScript.Parse(s).Statements.Count()));
        report
            .Statements.Where(s => s.Findings.Any(f => f.Rule == RuleBook.NotUnderstood))
            .Select(s => $"{s.File}:{s.Line} {s.Sql}")
            .ShouldBeEmpty();
    }

    [SharedDataTheory]
    [MemberData(nameof(Corpora))]
    public void AFolderIsReadInTheOrderOfItsVersions(string name)
    {
        var corpus = Named(name);
        ScriptFiles.InOrder(corpus.Order.Reverse(), down: true).ShouldBe(corpus.Order);
    }

    // Of the others, those that build indexes do it CONCURRENTLY, which blocks nobody.
    private static bool IsInTransaction(JsonElement observed, string effect) =>
        effect != "new_indexes_on_existing" || observed.GetProperty("mode").GetString() == "transaction";

    private static MigrationCorpus Named(string name) => MigrationCorpus.All.Single(c => c.Name == name);

    private static CheckReport Run(MigrationCorpus corpus, IReadOnlyList<string> files) =>
        MigrationCheck.Run(files.Select(f => MigrationScript.Parse(corpus.Files[f], f)), new CheckOptions());

    // A table takes its rows along, a sequence its value; indexes and views do not.
    private static RiskLevel LeastOf((string Effect, RiskLevel Least) rule, JsonElement seen) =>
        rule.Effect == "dropped_relations"
        && seen.EnumerateArray().Any(r => r.GetString()!.StartsWith("r:", StringComparison.Ordinal))
            ? RiskLevel.High
            : rule.Least;
}

using Surety.Core.Migrations.Rehearsal;
using Surety.Core.Migrations.Rules;
using Surety.Core.Migrations.Scripts;
using Surety.Core.Postgres;
using Surety.Testing;
using Xunit.Abstractions;

namespace Surety.IntegrationTests.Migrations.Rehearsal;

/// <summary>
/// Real migrations, each rehearsed on what those before it left, with rows made up for every table. What is seen is what an
/// independent oracle saw, and no statement is rated below it.
/// </summary>
public sealed class CorpusRehearsalTests(PostgresFixture postgres, ITestOutputHelper output)
    : IClassFixture<PostgresFixture>
{
    private static readonly string Seeds = File.ReadAllText(
        Path.Combine(ProjectFolders.Root, "tests/Surety.IntegrationTests/Migrations/Rehearsal/SampleRows.sql")
    );

    public static TheoryData<string> Corpora => [.. MigrationCorpus.All.Select(c => c.Name)];

    [SharedDataTheory]
    [MemberData(nameof(Corpora))]
    public async Task Real_migrations_are_seen_as_an_oracle_saw_them_and_rated_no_lower(string name)
    {
        var corpus = MigrationCorpus.All.Single(c => c.Name == name);
        var scripts = corpus.Order.Select(f => MigrationScript.Parse(corpus.Files[f], f)).ToList();
        var ratings = RehearsalStage.Rate(scripts, serverMajor: 15, CopiedStage.NothingIgnored);
        var known = KnownEffects.Of(corpus);
        var database = await postgres.CreateDatabaseAsync();
        var problems = new List<string>();
        var (rows, values, emptied) = (0L, 0L, 0);

        foreach (var script in FullRun.Of(scripts, shortForm: 20))
        {
            var report = await CopiedStage.RunAsync(database, script, ratings);
            if (report.Failure is not null)
            {
                // The rows were made up, and may be what a migration cannot be run on; without them it has to run.
                emptied++;
                await EmptyAsync(database);
                report = await CopiedStage.RunAsync(database, script, ratings);
            }

            report.Failure.ShouldBeNull($"{script.File}: {report.Failure?.Message}");
            problems.AddRange(known[script.File].DifferencesTo(report).Select(d => $"{script.File}: {d}"));
            problems.AddRange(report.Statements.Where(IsRatedTooLow).Select(Describe));
            rows += report.Losses.Sum(l => l.RowsLost);
            values += report.Losses.Sum(l => l.ValuesLost);
            await PostgresFixture.ExecuteAsync(database, Seeds);
        }

        output.WriteLine($"{rows} rows and {values} values lost; emptied {emptied} times");
        problems.ShouldBeEmpty(string.Join('\n', problems));
    }

    /// <summary>
    /// A condition that leaves nothing of a table is not in its text: UPDATE and DELETE with WHERE are medium whatever they hit.
    /// </summary>
    private static bool IsRatedTooLow(RehearsedStatement statement)
    {
        var rated = statement.Rating?.Risk ?? RiskLevel.None;
        var saysSo = statement.Rating?.Findings.Any(f => f.Rule.Name is "delete" or "update") ?? false;
        return rated < statement.Observed
            && !(saysSo && rated == RiskLevel.Medium && statement.Effects.Dropped.Count == 0);
    }

    private static string Describe(RehearsedStatement statement) =>
        $"{statement.File}:{statement.Line} rated {statement.Rating?.Risk}, seen {statement.Observed} ({string.Join("; ", statement.Reasons)}): {statement.Sql}";

    private static Task EmptyAsync(ConnectionTarget database) =>
        PostgresFixture.ExecuteAsync(
            database,
            """
            DO $$
            DECLARE made text;
            BEGIN
                SELECT string_agg(c.oid::regclass::text, ', ') INTO made FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind = 'r' AND n.nspname !~ '^(pg_|information_schema)';
                EXECUTE 'TRUNCATE ' || made;
            END $$
            """
        );
}

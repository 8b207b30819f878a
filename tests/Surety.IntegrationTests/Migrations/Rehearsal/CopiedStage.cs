using Surety.Core.Migrations.Check;
using Surety.Core.Migrations.Rehearsal;
using Surety.Core.Migrations.Scripts;
using Surety.Core.Postgres;
using Surety.Core.Progress;
using Surety.Testing;

namespace Surety.IntegrationTests.Migrations.Rehearsal;

/// <summary>Runs scripts in a database of the tests, beside a copy of it that is dropped afterwards.</summary>
internal static class CopiedStage
{
    private static readonly CancellationToken Never = CancellationToken.None;
    private static int lastNumber;

    public static Dictionary<string, string> NothingIgnored { get; } = [];

    public static Task<ScriptsReport> RunAsync(ConnectionTarget database, string sql, bool showValues = false)
    {
        var script = MigrationScript.Parse(sql, "test.sql");
        return RunAsync(database, script, RehearsalStage.Rate([script], serverMajor: 15, NothingIgnored), showValues);
    }

    public static async Task<ScriptsReport> RunAsync(
        ConnectionTarget database,
        MigrationScript script,
        IReadOnlyDictionary<ScriptItem, RatedStatement> ratings,
        bool showValues = false
    )
    {
        var copy = database.WithDatabase($"{database.Database}_before_{Interlocked.Increment(ref lastNumber)}");
        var server = database.WithDatabase("postgres");
        await PostgresFixture.ExecuteAsync(server, $"CREATE DATABASE {copy.Database} TEMPLATE {database.Database}");
        try
        {
            await using var stage = await RehearsalStage.OpenAsync(
                database,
                copy,
                null,
                showValues,
                new OperationProgress(),
                Never
            );
            return await stage.RunAsync([new RehearsedFile(script, "/nowhere/test.sql")], ratings, Never);
        }
        finally
        {
            await PostgresFixture.ExecuteAsync(server, $"DROP DATABASE {copy.Database} WITH (FORCE)");
        }
    }
}

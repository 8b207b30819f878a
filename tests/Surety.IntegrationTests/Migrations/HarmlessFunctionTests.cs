using Surety.Testing;

namespace Surety.IntegrationTests.Migrations;

/// <summary>The functions that check takes for harmless, against the catalog of a real server.</summary>
public sealed class HarmlessFunctionTests
{
    // Volatile by the catalog, harmless by the manual: they give values, wait, or hold locks until the session ends.
    private const string Volatile = """
        ^(clock_timestamp|timeofday|random|random_normal|setseed|gen_random_uuid|uuidv[47]|nextval|currval|lastval|pg_sleep.*
        |pg_notify|pg_(try_)?advisory_.*|pg_.*_size|pg_is_in_recovery|pg_current_wal_lsn|pg_xact_status|txid_status
        |pg_partition_.*|pg_blocking_pids|pg_stat_clear_snapshot|pg_export_snapshot|lo_get|array_s(ample|huffle))$
        """;

    [Fact]
    public async Task NoneOfThemChangesAnything()
    {
        var list = Path.Combine(
            ProjectFolders.Root,
            "src",
            "Surety.Core",
            "Migrations",
            "Statements",
            "harmless-functions.txt"
        );
        var names = string.Join(',', await File.ReadAllLinesAsync(list));
        var pattern = Volatile.Replace("\n", "", StringComparison.Ordinal);
        var wrong = await PostgresFixture.ScalarAsync<string>(
            await PostgresFixture.ServerAsync(),
            $"""
            SELECT coalesce(string_agg(DISTINCT proname, ' '), '') FROM pg_proc
            WHERE pronamespace = 'pg_catalog'::regnamespace AND provolatile = 'v'
              AND proname = ANY (string_to_array('{names}', ',')) AND proname !~ '{pattern}'
            """
        );
        wrong.ShouldBe("");
    }
}

using System.Globalization;
using Npgsql;
using Surety.Core.Postgres;

namespace Surety.Core.Rollback.Swap;

/// <summary>The plan of a swap.</summary>
/// <param name="Rollback">What people agree to.</param>
/// <param name="Database">The OID of the present database, which no rename changes.</param>
/// <param name="Kept">The name that it gets.</param>
internal sealed record SwapPlan(RollbackPlan Rollback, uint Database, string Kept)
{
    // A restore of the benchmarks' data loads, indexes and proves about this much a second: enough for a rough figure.
    private const double BytesPerSecond = 50e6;

    public static async Task<SwapPlan> MakeAsync(
        RollbackSituation situation,
        NpgsqlConnection server,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var name = situation.Options.Target.Database;
        var present = await server.QueryAsync(
            "SELECT oid, pg_size_pretty(pg_database_size(oid)) FROM pg_database WHERE datname = $1",
            r => (Oid: r.GetFieldValue<uint>(0), Size: r.GetString(1)),
            cancellationToken,
            name
        );
        var oid = present.Single().Oid;
        var sessions = await DatabaseSessions.ReadAsync(server, oid, cancellationToken);
        var time = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var kept = SqlText.NameWithSuffix(name, $"_before_rollback_{time}");
        var plan = situation.NewPlan() with
        {
            Tables = situation
                .Contents.Tables.Select(t => new PlannedRows($"{QualifiedName.Of(t)}", null, t.Receipt.Rows))
                .ToList(),
            Steps = Steps(situation, name, kept, present.Single().Size),
            Locks = Locks(sessions),
            EstimatedSeconds = Estimate(situation),
            Warnings = [.. situation.Abandoned, .. Warnings(situation)],
            Refusals = await RefusalsAsync(situation, sessions, cancellationToken),
            RefusalHint =
                "--strategy replace works inside the database; --leave-replication lets slots and subscriptions stay behind",
        };
        return new SwapPlan(plan, oid, kept);
    }

    private static List<string> Steps(RollbackSituation situation, string name, string kept, string size)
    {
        var contents = situation.Contents;
        var rows = contents.Tables.Sum(t => t.Receipt.Rows);
        return
        [
            situation.Options.SafetyBackup
                ? "back up the present state, so that this rollback can be undone"
                : "make no backup of the present state, as asked for",
            $"restore the backup beside it: {Units.Count(contents.Tables.Count, "table")}, {Units.Count(rows, "row")}; the database is {size} now, and as much room is needed again",
            "prove every row of the copy",
            $"end the sessions of {name} and exchange the names, in one transaction",
            $"keep the database from before as {kept}",
        ];
    }

    private static List<string> Locks(IReadOnlyList<DatabaseSession> sessions)
    {
        var open = sessions.Count == 0 ? "none is open now" : $"now {DatabaseSessions.Describe(sessions)}";
        return
        [
            "readers and writers go on until the names are exchanged",
            $"all sessions are ended then ({open}), and who connects in that moment has to connect again",
        ];
    }

    private static IEnumerable<string> Warnings(RollbackSituation situation)
    {
        yield return "what others write after the safety backup is not in the restored database: it stays in the one that is kept, and the report names it";
        if (!situation.Options.SafetyBackup)
        {
            yield return "without a safety backup only the database that is kept holds the present state";
        }
    }

    private static double Estimate(RollbackSituation situation) =>
        situation.Manifest.Figures.DurationSeconds * (situation.Options.SafetyBackup ? 1 : 0)
        + situation.Manifest.Figures.RawBytes / BytesPerSecond;

    private static async Task<IReadOnlyList<string>> RefusalsAsync(
        RollbackSituation situation,
        IReadOnlyList<DatabaseSession> sessions,
        CancellationToken cancellationToken
    )
    {
        var obstacles = await SwapObstacles.FindAsync(situation, cancellationToken);
        var lasting = sessions.Where(s => !s.MayBeEnded).ToList();
        return
        [
            .. obstacles,
            .. situation.Options.IsLimited
                ? ["a swap takes the whole database; rewind does single tables, replace single schemas"]
                : Array.Empty<string>(),
            .. lasting.Count == 0
                ? Array.Empty<string>()
                : [$"role {situation.Server.Role} may not end sessions of {DatabaseSessions.Describe(lasting)}"],
        ];
    }
}

using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Surety.Server.Runs;

/// <summary>The runs of servers that share a job store. That one run of a lane is running at most is a constraint of its table.</summary>
internal sealed class PostgresRunStore(JobStore store) : IRunStore
{
    private const string SelectWhole = "SELECT document, result, progress FROM surety_server.runs";
    private static readonly string AddRun = JobStore.Sql("add-run.sql");
    private static readonly string ListRuns = JobStore.Sql("list-runs.sql");

    public async Task<Run> AddAsync(Run run, CancellationToken cancellationToken)
    {
        await using var command = store.Connections.CreateCommand(AddRun);
        Text(command, run.Id.ToString());
        Text(command, run.Request.Database);
        Text(command, run.Request.Operation);
        Text(command, run.Request.Parent?.ToString());
        command.Parameters.Add(new() { Value = run.Request.IsScheduled });
        Text(command, run.Request.IdempotencyKey);
        Text(command, run.Lane);
        AddState(command, run);
        if (await command.ExecuteNonQueryAsync(cancellationToken) > 0)
        {
            return run;
        }

        return await FirstAsync(
                $"{SelectWhole} WHERE idempotency_key = $1",
                run.Request.IdempotencyKey!,
                cancellationToken
            ) ?? await AddAsync(run, cancellationToken);
    }

    public Task<Run?> FindAsync(RunId id, CancellationToken cancellationToken) =>
        FirstAsync($"{SelectWhole} WHERE id = $1", id.ToString(), cancellationToken);

    public async Task<IReadOnlyList<Run>> ListAsync(RunFilter filter, CancellationToken cancellationToken)
    {
        await using var command = store.Connections.CreateCommand(ListRuns);
        Text(command, filter.Database);
        Text(command, filter.Operation);
        Flag(command, filter.HasEnded);
        Flag(command, filter.IsScheduled);
        Text(command, filter.Parent?.ToString());
        command.Parameters.Add(new() { Value = filter.Limit });
        Time(command, filter.Since);
        Time(command, filter.Before?.QueuedAt);
        Text(command, filter.Before?.Id.ToString());
        return await ReadAsync(command, cancellationToken);
    }

    public async Task<Run?> ChangeAsync(RunId id, Func<Run, Run?> change, CancellationToken cancellationToken)
    {
        await using var connection = await store.Connections.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var before = await LockAsync(connection, id, cancellationToken);
        if (before is null || change(before) is not { } changed)
        {
            return before;
        }

        var after = changed.Kept() with { Revision = before.Revision + 1 };
        try
        {
            await UpdateAsync(connection, after, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return after;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            // Another run of the lane is running.
            return before;
        }
    }

    public async Task TellAsync(RunId id, RunProgress progress, CancellationToken cancellationToken)
    {
        await using var command = store.Connections.CreateCommand(
            "UPDATE surety_server.runs SET progress = $2 WHERE id = $1 AND state = 'Running'"
        );
        Text(command, id.ToString());
        Text(command, TextOf(progress));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<RunId>> TrimAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        await using var command = store.Connections.CreateCommand(
            "DELETE FROM surety_server.runs WHERE has_ended AND finished_at < $1 RETURNING document, NULL, NULL"
        );
        command.Parameters.Add(new() { Value = before.ToUniversalTime() });
        return [.. (await ReadAsync(command, cancellationToken)).Select(run => run.Id)];
    }

    private static async Task<Run?> LockAsync(
        NpgsqlConnection connection,
        RunId id,
        CancellationToken cancellationToken
    )
    {
        await using var command = new NpgsqlCommand($"{SelectWhole} WHERE id = $1 FOR UPDATE", connection);
        Text(command, id.ToString());
        return await ReadAsync(command, cancellationToken) is [var run] ? run : null;
    }

    private static async Task UpdateAsync(NpgsqlConnection connection, Run run, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "UPDATE surety_server.runs SET (state, has_ended, queued_at, finished_at, document, result, progress) = ($2, $3, $4, $5, $6, $7, $8) WHERE id = $1",
            connection
        );
        Text(command, run.Id.ToString());
        AddState(command, run);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The parameters of what changes while a run goes on.</summary>
    private static void AddState(NpgsqlCommand command, Run run)
    {
        Text(command, run.State.ToString());
        command.Parameters.Add(new() { Value = run.HasEnded });
        Time(command, run.QueuedAt);
        Time(command, run.FinishedAt);
        Text(command, JsonSerializer.Serialize(run with { Result = null, Progress = null }, RunJson.Default.Run));
        Text(command, run.Result?.GetRawText());
        Text(command, run.Progress is { } progress ? TextOf(progress) : null);
    }

    private async Task<Run?> FirstAsync(string sql, string value, CancellationToken cancellationToken)
    {
        await using var command = store.Connections.CreateCommand(sql);
        Text(command, value);
        return await ReadAsync(command, cancellationToken) is [var run, ..] ? run : null;
    }

    private static string TextOf(RunProgress progress) =>
        JsonSerializer.Serialize(progress, RunJson.Default.RunProgress);

    /// <summary>Of each row the document, and the result and the progress or null.</summary>
    private static async Task<IReadOnlyList<Run>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var runs = new List<Run>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var run = JsonSerializer.Deserialize(reader.GetString(0), RunJson.Default.Run)!;
            runs.Add(
                run with
                {
                    Result = reader.IsDBNull(1) ? null : JsonElement.Parse(reader.GetString(1)),
                    Progress = run.State == RunState.Running ? run.Progress ?? ProgressOf(reader) : null,
                }
            );
        }

        return runs;
    }

    /// <summary>An older server that shares the store has it in the document, and leaves the column as it is.</summary>
    private static RunProgress? ProgressOf(NpgsqlDataReader reader) =>
        reader.IsDBNull(2) ? null : JsonSerializer.Deserialize(reader.GetString(2), RunJson.Default.RunProgress);

    private static void Text(NpgsqlCommand command, string? value) =>
        command.Parameters.Add(
            new() { Value = value is null ? DBNull.Value : value, NpgsqlDbType = NpgsqlDbType.Text }
        );

    private static void Flag(NpgsqlCommand command, bool? value) =>
        command.Parameters.Add(
            new() { Value = value is null ? DBNull.Value : value.Value, NpgsqlDbType = NpgsqlDbType.Boolean }
        );

    private static void Time(NpgsqlCommand command, DateTimeOffset? value) =>
        command.Parameters.Add(
            new()
            {
                Value = value is null ? DBNull.Value : value.Value.ToUniversalTime(),
                NpgsqlDbType = NpgsqlDbType.TimestampTz,
            }
        );
}

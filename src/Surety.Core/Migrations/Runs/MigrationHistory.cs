using Npgsql;
using Surety.Core.Migrations.Files;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Catalog;
using Surety.Repository.Errors;

namespace Surety.Core.Migrations.Runs;

/// <summary>
/// The table of what ran, <c>surety.migrations</c>, over one connection. Everything is named with its schema: what a
/// migration set in its session leads nowhere else.
/// </summary>
internal sealed class MigrationHistory(NpgsqlConnection connection)
{
    /// <summary>What ran and was not taken back; nothing where the table was never made.</summary>
    public async Task<IReadOnlyList<RecordedMigration>> ReadAsync(CancellationToken cancellationToken) =>
        await ExistsAsync(cancellationToken)
            ? await connection.QueryAsync(SqlFile.Read("migrations"), Read, cancellationToken)
            : [];

    /// <summary>Tables in which other tools keep theirs.</summary>
    public Task<IReadOnlyList<string>> OfOthersAsync(CancellationToken cancellationToken) =>
        connection.QueryAsync(SqlFile.Read("migrations-of-others"), row => row.GetString(0), cancellationToken);

    public async Task<int> ServerMajorAsync(CancellationToken cancellationToken) =>
        (await new CatalogReader(connection).ReadServerAsync(cancellationToken)).Major;

    /// <summary>Makes the table where it is not there, within the connection's transaction.</summary>
    /// <exception cref="SuretyException">PrivilegeMissing.</exception>
    public async Task EnsureTableAsync(CancellationToken cancellationToken)
    {
        if (await ExistsAsync(cancellationToken))
        {
            return;
        }

        try
        {
            await connection.RunAsync(SqlFile.Read("migrations-table"), cancellationToken);
        }
        catch (SuretyException e) when (e.Code == ErrorCode.PrivilegeMissing)
        {
            throw new SuretyException(
                e.Code,
                $"the table surety.migrations, which records what ran, cannot be made: {e.Message}",
                "let the role make it: CREATE SCHEMA surety AUTHORIZATION role, as a role that may",
                e
            );
        }
    }

    /// <summary>Records a migration as it begins, or as one that ran within the connection's transaction.</summary>
    /// <returns>The number of its row.</returns>
    public async Task<long> AddAsync(
        Migration migration,
        MigrationState state,
        MigrationTerms terms,
        int statements,
        DateTimeOffset startedAt,
        CancellationToken cancellationToken
    ) =>
        (long)
            (
                await WriteAsync(
                    """
                    INSERT INTO surety.migrations
                        (version, name, file, checksum, state, risk, statements, backup, approved_by, started_at, finished_at)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
                            CASE WHEN $5 = 'started' THEN NULL ELSE pg_catalog.clock_timestamp() END)
                    RETURNING id
                    """,
                    cancellationToken,
                    migration.Version?.ToString(),
                    migration.Name,
                    migration.Up.File,
                    migration.Checksum,
                    WordOf(state),
                    terms.Risk,
                    statements,
                    terms.Backup,
                    terms.ApprovedBy,
                    startedAt.UtcDateTime
                )
            )!;

    /// <summary>How far a migration came that no transaction holds together.</summary>
    public Task ProgressAsync(long id, int statements, CancellationToken cancellationToken) =>
        WriteAsync("UPDATE surety.migrations SET statements = $2 WHERE id = $1", cancellationToken, id, statements);

    /// <summary>Why a migration that was begun did not end.</summary>
    public Task FailAsync(long id, string error, CancellationToken cancellationToken) =>
        WriteAsync("UPDATE surety.migrations SET error = $2 WHERE id = $1", cancellationToken, id, error);

    /// <summary>A migration that was begun is done.</summary>
    public Task FinishAsync(long id, CancellationToken cancellationToken) =>
        WriteAsync(
            """
            UPDATE surety.migrations SET state = 'done', error = NULL, finished_at = pg_catalog.clock_timestamp()
            WHERE id = $1
            """,
            cancellationToken,
            id
        );

    /// <summary>A migration is being taken back, by statements that no transaction holds together.</summary>
    public Task BeginUndoAsync(RecordedMigration row, CancellationToken cancellationToken) =>
        WriteAsync(
            "UPDATE surety.migrations SET state = 'started', finished_at = NULL, error = 'being taken back' WHERE id = $1",
            cancellationToken,
            row.Id
        );

    /// <summary>What a migration did is taken back; its row stays, as what happened.</summary>
    public Task UndoAsync(RecordedMigration row, CancellationToken cancellationToken) =>
        WriteAsync(
            "UPDATE surety.migrations SET state = 'undone', undone_at = pg_catalog.clock_timestamp() WHERE id = $1",
            cancellationToken,
            row.Id
        );

    /// <summary>The file of a migration that ran counts as what ran.</summary>
    public Task AcceptAsync(RecordedMigration row, Migration migration, CancellationToken cancellationToken) =>
        WriteAsync(
            "UPDATE surety.migrations SET checksum = $2, file = $3 WHERE id = $1",
            cancellationToken,
            row.Id,
            migration.Checksum,
            migration.Up.File
        );

    /// <summary>All of it or nothing.</summary>
    public async Task InTransactionAsync(Func<MigrationHistory, Task> write, CancellationToken cancellationToken)
    {
        await connection.RunAsync("BEGIN", cancellationToken);
        try
        {
            await write(this);
            await connection.RunAsync("COMMIT", cancellationToken);
        }
        catch
        {
            await connection.RunAsync("ROLLBACK", CancellationToken.None);
            throw;
        }
    }

    private async Task<bool> ExistsAsync(CancellationToken cancellationToken)
    {
        var found = await connection.QueryAsync(
            "SELECT pg_catalog.to_regclass('surety.migrations') IS NOT NULL",
            row => row.GetBoolean(0),
            cancellationToken
        );
        return found[0];
    }

    private async Task<object?> WriteAsync(string sql, CancellationToken cancellationToken, params object?[] values)
    {
        try
        {
            await using var command = new NpgsqlCommand(sql, connection);
            foreach (var value in values)
            {
                command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
            }

            return await command.ExecuteScalarAsync(cancellationToken);
        }
        catch (NpgsqlException e)
        {
            throw ServerErrors.From(e);
        }
    }

    private static RecordedMigration Read(NpgsqlDataReader row) =>
        new()
        {
            Id = row.GetInt64(0),
            Version = Text(row, 1) is { } version ? MigrationVersion.TryParse(version) : null,
            Name = row.GetString(2),
            File = row.GetString(3),
            Checksum = row.GetString(4),
            State = row.GetString(5) switch
            {
                "started" => MigrationState.Started,
                "baseline" => MigrationState.Baseline,
                _ => MigrationState.Done,
            },
            Risk = row.GetString(6),
            Statements = row.GetInt32(7),
            Backup = Text(row, 8),
            ApprovedBy = Text(row, 9),
            RunBy = row.GetString(10),
            StartedAt = row.GetFieldValue<DateTimeOffset>(11),
            FinishedAt = row.IsDBNull(12) ? null : row.GetFieldValue<DateTimeOffset>(12),
            Error = Text(row, 13),
        };

    private static string? Text(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetString(column);

    internal static string WordOf(MigrationState state) =>
        state switch
        {
            MigrationState.Started => "started",
            MigrationState.Baseline => "baseline",
            _ => "done",
        };
}

/// <summary>What is recorded of a run beside the migration itself.</summary>
/// <param name="Risk">As the check rated it, or the rehearsal saw it.</param>
/// <param name="Backup">Id of the backup that was made before.</param>
/// <param name="ApprovedBy">Who agreed to a high risk.</param>
internal sealed record MigrationTerms(string Risk, string? Backup, string? ApprovedBy);

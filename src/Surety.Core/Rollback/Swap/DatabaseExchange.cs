using System.Diagnostics;
using Npgsql;
using Surety.Core.Postgres;
using Surety.Repository.Errors;

namespace Surety.Core.Rollback.Swap;

/// <summary>
/// Gives a database's name to another one, both renames in one transaction. ALTER DATABASE RENAME locks the database: who
/// connects from then on waits, while it lets those who are connected some seconds to leave; and they are ended meanwhile,
/// from another session. So nothing has to be forbidden beforehand that a killed Surety could not allow again: the server
/// rolls back, and the name is where it was (docs/decisions/0013).
/// </summary>
internal sealed class DatabaseExchange(NpgsqlConnection server, ConnectionTarget present)
{
    // RENAME waits five seconds for sessions to leave; one that ignores being ended for longer keeps it from working.
    private const int Attempts = 3;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>Returns for how long nobody could work in a database of that name.</summary>
    /// <param name="database">The OID of the database that has the name.</param>
    /// <param name="kept">The name that it gets.</param>
    /// <param name="working">The name of the database that takes its place.</param>
    /// <param name="cancellationToken">Ends it before the commit; from there on it is not asked.</param>
    /// <exception cref="SuretyException">
    /// PrivilegeMissing or QueryFailed: the name is where it was. ConnectionLost while committing: it is not known.
    /// </exception>
    public async Task<TimeSpan> RunAsync(
        uint database,
        string kept,
        string working,
        CancellationToken cancellationToken
    )
    {
        await using var other = await PostgresConnections.OpenBesideAsync(
            present,
            "surety rollback",
            cancellationToken
        );
        var started = Stopwatch.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await server.RunAsync("BEGIN; SET LOCAL lock_timeout = '10s'", cancellationToken);
                await PutAsideAsync(other, database, kept, cancellationToken);
                await server.RunAsync(RenameSql(working, present.Database), cancellationToken);
                await FinalCommit.RunAsync(
                    server,
                    $"whether \"{present.Database}\" is the database from before or the restored one is not known",
                    "it is one of the two, whole: surety validate tells which",
                    cancellationToken
                );
                return Stopwatch.GetElapsedTime(started);
            }
            catch (SuretyException e) when (ServerErrors.SqlStateOf(e) == PostgresErrorCodes.ObjectInUse)
            {
                await server.RunAsync("ROLLBACK", CancellationToken.None);
                if (attempt == Attempts)
                {
                    throw await InUseAsync(other, database, e);
                }
            }
            catch when (server.FullState == System.Data.ConnectionState.Open)
            {
                await server.RunAsync("ROLLBACK", CancellationToken.None);
                throw;
            }
        }
    }

    /// <summary>Renames the database while its sessions are ended.</summary>
    private async Task PutAsideAsync(
        NpgsqlConnection other,
        uint database,
        string kept,
        CancellationToken cancellationToken
    )
    {
        using var failing = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var renaming = server.RunAsync(RenameSql(present.Database, kept), failing.Token);
        try
        {
            do
            {
                await DatabaseSessions.EndAsync(other, database, cancellationToken);
            } while (await Task.WhenAny(renaming, Task.Delay(Look, cancellationToken)) != renaming);
        }
        catch
        {
            await failing.CancelAsync();
            await renaming.ContinueWith(_ => { }, TaskScheduler.Default);
            throw;
        }

        await renaming;
    }

    private static async Task<SuretyException> InUseAsync(
        NpgsqlConnection other,
        uint database,
        SuretyException refusal
    )
    {
        var left = await DatabaseSessions.ReadAsync(other, database, CancellationToken.None);
        return new SuretyException(
            ErrorCode.QueryFailed,
            $"sessions did not end though they were asked to: {DatabaseSessions.Describe(left)}",
            "end them, then run it again",
            refusal
        )
        {
            IsTransient = true,
        };
    }

    private static string RenameSql(string from, string to) =>
        $"ALTER DATABASE {SqlText.Identifier(from)} RENAME TO {SqlText.Identifier(to)}";
}

using Npgsql;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Catalog;
using Surety.Core.Progress;
using Surety.Repository.Errors;

namespace Surety.Core.Rollback.Rewind;

/// <summary>
/// Refreshes the materialized views, within the caller's transaction. A view that cannot be refreshed keeps its rows, and
/// keeps nobody from getting the tables back: they do not depend on it.
/// </summary>
internal sealed class ViewRefresh(NpgsqlConnection connection, OperationProgress progress)
{
    /// <summary>All that have rows: a view's query may read tables through functions, which the catalog does not tell.</summary>
    /// <returns>Those left as they were and why, each as a line for people.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(string role, CancellationToken cancellationToken)
    {
        var views = await connection.QueryAsync(
            SqlFile.Read("filled-views"),
            r => (Name: r.GetString(0), MayRefresh: r.GetBoolean(1)),
            cancellationToken
        );
        progress.Begin("refreshing materialized views", views.Count);
        var left = new List<string>();
        foreach (var (name, mayRefresh) in views)
        {
            var obstacle = mayRefresh ? await TryAsync(name, cancellationToken) : $"role {role} does not own it";
            if (obstacle is not null)
            {
                left.Add($"materialized view {name} was not refreshed: {obstacle}");
            }

            progress.TableDone();
        }

        return left;
    }

    /// <summary>Null where it has its new rows, else what its query failed with.</summary>
    private async Task<string?> TryAsync(string view, CancellationToken cancellationToken)
    {
        await connection.RunAsync("SAVEPOINT before_view", cancellationToken);
        try
        {
            await connection.RunAsync($"REFRESH MATERIALIZED VIEW {view}", cancellationToken);
            await connection.RunAsync("RELEASE before_view", cancellationToken);
            return null;
        }
        catch (SuretyException e)
        {
            await connection.RunAsync("ROLLBACK TO before_view; RELEASE before_view", cancellationToken);
            return e.Message;
        }
    }
}

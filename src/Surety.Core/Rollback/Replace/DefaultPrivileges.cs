using Npgsql;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Catalog;

namespace Surety.Core.Rollback.Replace;

/// <summary>
/// What the role's default privileges would grant on everything that is made again: they are taken away before, within the
/// caller's transaction. Those of the part that is replaced come back with the backup, the others as they were.
/// </summary>
internal sealed class DefaultPrivileges(NpgsqlConnection connection, ReplaceScope scope)
{
    private IReadOnlyList<string> givenBack = [];

    public async Task TakeAwayAsync(CancellationToken cancellationToken)
    {
        var held = await connection.QueryAsync(
            SqlFile.Read("default-privileges"),
            r => (Schema: r.IsDBNull(0) ? null : r.GetString(0), Undo: r.GetString(1), Redo: r.GetString(2)),
            cancellationToken
        );
        var acting = held.Where(d => d.Schema is null || scope.Covers(d.Schema)).ToList();
        foreach (var privileges in acting)
        {
            await connection.RunAsync(privileges.Undo, cancellationToken);
        }

        givenBack = acting.Where(d => d.Schema is null && !scope.HasWhatIsInNoSchema).Select(d => d.Redo).ToList();
    }

    public async Task GiveBackAsync(CancellationToken cancellationToken)
    {
        foreach (var privileges in givenBack)
        {
            await connection.RunAsync(privileges, cancellationToken);
        }
    }
}

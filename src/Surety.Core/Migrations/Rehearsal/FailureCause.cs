using System.Text.RegularExpressions;
using Npgsql;
using Surety.Repository.Errors;

namespace Surety.Core.Migrations.Rehearsal;

/// <summary>Tells of a statement that failed, and looks for the rows that made it fail.</summary>
/// <param name="showValues">False to keep values of rows out of every text; keys are shown.</param>
internal sealed partial class FailureCause(RehearsalSession session, bool showValues)
{
    /// <summary>In the transaction of the statement, as it was before that.</summary>
    public async Task<FailedStatement> FindAsync(
        SentStatement step,
        PostgresException refused,
        CancellationToken cancellationToken
    )
    {
        var failure = new FailedStatement
        {
            File = step.File,
            Line = step.Line,
            Sql = step.Sql,
            SqlState = refused.SqlState,
            Message = showValues ? refused.MessageText : WithoutValues(refused),
            Detail = showValues ? refused.Detail : null,
            Hint = refused.Hint,
        };
        try
        {
            var rows = await session.LookAsync(
                c => new OffendingRowSearch(c, showValues).FindAsync(step, refused, cancellationToken),
                cancellationToken,
                // What a statement says of a row means what it means in its own session.
                pinNames: false
            );
            return failure with { Rows = rows };
        }
        catch (SuretyException e) when (e.Code is ErrorCode.QueryFailed or ErrorCode.PrivilegeMissing)
        {
            return failure with { Hint = $"the rows could not be looked for: {e.Message}" };
        }
    }

    /// <summary>Errors of data (class 22) end with the value: <c>invalid input syntax for type integer: "x"</c>.</summary>
    private static string WithoutValues(PostgresException refused) =>
        refused.SqlState.StartsWith("22", StringComparison.Ordinal)
            ? QuotedValue().Replace(refused.MessageText, "\"...\"")
            : refused.MessageText;

    [GeneratedRegex("\".*\"", RegexOptions.Singleline)]
    private static partial Regex QuotedValue();
}

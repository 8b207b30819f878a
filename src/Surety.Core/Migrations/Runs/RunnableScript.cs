using Surety.Core.Migrations.Scripts;
using Surety.Repository.Errors;

namespace Surety.Core.Migrations.Runs;

/// <summary>A script as it is run: statement by statement, in one transaction wherever PostgreSQL allows that.</summary>
/// <param name="Items">The statements and the data of COPY. A BEGIN and COMMIT around all of them are left out.</param>
/// <param name="InTransaction">
/// False where a statement may run in no transaction, or the script has transactions of its own: what ran before a failure
/// stays then.
/// </param>
internal sealed record RunnableScript(MigrationScript Script, IReadOnlyList<ScriptItem> Items, bool InTransaction)
{
    /// <summary>A comment of a line of its own that keeps Surety's transaction away.</summary>
    public const string NoTransaction = "surety:no-transaction";

    public string File => Script.File;

    public int Statements => Items.OfType<SqlStatement>().Count();

    /// <exception cref="SuretyException">InvalidArgument where only psql could run it.</exception>
    public static RunnableScript Of(MigrationScript script)
    {
        RequireSqlAlone(script);
        var items = script.Items.Where(item => item is not SqlStatement { IsEmpty: true }).ToList();
        var alone = script.Comments.Any(comment => comment.Text.TrimStart('-').Trim() == NoTransaction);
        if (!alone && IsWrapped(items))
        {
            return new RunnableScript(script, items[1..^1], InTransaction: true);
        }

        var free = items.OfType<SqlStatement>().All(s => !EndsTransaction(s) && !TransactionRules.RefusesOne(s));
        return new RunnableScript(script, items, free && !alone);
    }

    private static bool IsWrapped(List<ScriptItem> items) =>
        items is [SqlStatement first, .., SqlStatement last]
        && TransactionRules.IsPlainBegin(first)
        && TransactionRules.IsPlainCommit(last)
        && items[1..^1].OfType<SqlStatement>().All(s => !EndsTransaction(s) && !TransactionRules.RefusesOne(s));

    private static bool EndsTransaction(SqlStatement statement) =>
        TransactionRules.ChangeOf(statement) != TransactionChangeKind.None;

    private static void RequireSqlAlone(MigrationScript script)
    {
        var psql = script.Items.OfType<MetaCommand>().FirstOrDefault();
        var variable = script.Statements.FirstOrDefault(s => s.HasVariables);
        var (line, what) =
            psql is not null ? (psql.Line, $"the command \\{psql.Name}")
            : variable is not null ? (variable.Line, "a variable")
            : (0, "");
        if (line > 0)
        {
            throw new SuretyException(
                ErrorCode.InvalidArgument,
                $"{script.File}:{line} has {what} of psql, which migrate does not understand; nothing was done",
                $"write SQL alone, or run it by: surety guard -- psql -v ON_ERROR_STOP=1 -f {script.File}"
            );
        }
    }
}

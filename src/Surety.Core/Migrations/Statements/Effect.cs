using Surety.Core.Migrations.Rules;
using Surety.Core.Migrations.Scripts;

namespace Surety.Core.Migrations.Statements;

/// <summary>One thing that a statement does, and the rule that rates it.</summary>
/// <param name="What">For people, of this very statement: <c>drops column email of users</c>.</param>
/// <param name="At">What of the statement says so.</param>
internal sealed record Effect(Rule Rule, string What, SqlToken At)
{
    /// <summary>The table that it concerns, for rules that spare new tables; null where none or several.</summary>
    public ObjectName? Table { get; init; }

    /// <summary>The column that it concerns; null where none or several.</summary>
    public string? Column { get; init; }
}

using Surety.Core.Migrations.Rules;
using Surety.Core.Migrations.Scripts;
using Surety.Core.Migrations.Statements;

namespace Surety.Core.Migrations.Check;

/// <summary>What a check found.</summary>
public sealed record CheckReport(IReadOnlyList<CheckedScript> Scripts)
{
    public IEnumerable<RatedStatement> Statements => Scripts.SelectMany(s => s.Statements);

    /// <summary>The greatest risk of a statement, whether somebody ignores it or not.</summary>
    public RiskLevel Risk => Greatest(Statements.Select(s => s.Risk));

    /// <summary>The greatest risk that nobody ignores.</summary>
    public RiskLevel OpenRisk => Greatest(Statements.Select(s => s.OpenRisk));

    internal static RiskLevel Greatest(IEnumerable<RiskLevel> risks) => risks.DefaultIfEmpty().Max();
}

/// <summary>A script and its statements, in their order.</summary>
public sealed record CheckedScript(ScriptSource Source, IReadOnlyList<RatedStatement> Statements)
{
    public RiskLevel Risk => CheckReport.Greatest(Statements.Select(s => s.Risk));
}

/// <summary>A statement, or a command of psql that does something, and what rules say of it.</summary>
/// <param name="Findings">The greatest risk first.</param>
public sealed record RatedStatement(ScriptItem Item, string Sql, IReadOnlyList<Finding> Findings)
{
    public string File => Item.Source.File;

    /// <summary>What it does something to.</summary>
    internal IReadOnlyCollection<TouchedObject> Touched { get; init; } = [];

    public int Line => Item.Line;

    /// <summary>The line of its last character.</summary>
    public int LastLine =>
        Item is SqlStatement { Text.Length: > 0 } statement ? statement.PositionOf(Sql.Length - 1).Line : Line;

    /// <summary>What it may do, whether somebody ignores it or not.</summary>
    public RiskLevel Risk => CheckReport.Greatest(Findings.Select(f => f.Risk));

    /// <summary>The greatest risk that nobody ignores.</summary>
    public RiskLevel OpenRisk => CheckReport.Greatest(Findings.Where(f => f.Ignored is null).Select(f => f.Risk));
}

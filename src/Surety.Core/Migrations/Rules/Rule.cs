using System.Text.Json;

namespace Surety.Core.Migrations.Rules;

/// <summary>What a statement can do to what people have. Ordered: what is more comes later.</summary>
public enum RiskLevel
{
    /// <summary>Loses nothing, waits for nothing worth mentioning.</summary>
    None,

    /// <summary>Can block others or fail, and loses nothing.</summary>
    Low,

    /// <summary>Changes what is there: a backup is mandatory.</summary>
    Medium,

    /// <summary>Destroys, or may: an override is required.</summary>
    High,
}

/// <summary>One thing that a statement can be told for. docs/check.md has a row for each; a test compares them.</summary>
/// <param name="Name">Stable, in kebab case: what is ignored and what is printed.</param>
/// <param name="Risk">What a statement is at least, once the rule applies; <see cref="RiskLevel.None"/> for advice.</param>
/// <param name="Why">What happens.</param>
/// <param name="Instead">What to do.</param>
/// <param name="Page">Where PostgreSQL's manual tells of it: <c>sql-droptable</c>.</param>
public sealed record Rule(string Name, RiskLevel Risk, string Why, string Instead, string Page)
{
    /// <summary>True where it is of no concern for a table that the same script made: nobody uses that yet.</summary>
    public bool SparesNewTables { get; init; }

    /// <summary>True where it only speaks when asked to.</summary>
    public bool OptIn { get; init; }

    /// <summary>Where to read more.</summary>
    public string Link => $"https://www.postgresql.org/docs/current/{Page}.html";

    public override string ToString() => Name;
}

public static class RiskLevelNames
{
    /// <summary>As JSON and the command line have it: <c>high</c>.</summary>
    public static string Word(this RiskLevel risk) => JsonNamingPolicy.CamelCase.ConvertName(risk.ToString());
}

using System.Text.Json;

namespace Surety.Core.Migrations.Rules;

/// <summary>What a statement can do to what people have. Ordered: what is more comes later.</summary>
public enum RiskLevel
{
    None,
    Low,
    Medium,
    High,
}

public static class RiskLevelNames
{
    /// <summary>As JSON and the command line have it: <c>high</c>.</summary>
    public static string Word(this RiskLevel risk) => JsonNamingPolicy.CamelCase.ConvertName(risk.ToString());
}

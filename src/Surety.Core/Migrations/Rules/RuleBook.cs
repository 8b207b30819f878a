namespace Surety.Core.Migrations.Rules;

/// <summary>Every rule there is. Each file of this class holds the rules of one risk.</summary>
public static partial class RuleBook
{
    /// <summary>All, the greatest risk first.</summary>
    public static IReadOnlyList<Rule> All { get; } =
    [.. HighRules(), .. MediumRules(), .. LowRules(), .. AdviceRules()];

    /// <summary>The rule of a name; null for none.</summary>
    public static Rule? Find(string name) =>
        All.FirstOrDefault(r => r.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}

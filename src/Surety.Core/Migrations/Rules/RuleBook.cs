namespace Surety.Core.Migrations.Rules;

/// <summary>Every rule there is. Each file of this class holds the rules of one risk.</summary>
public static partial class RuleBook
{
    /// <summary>All, the greatest risk first.</summary>
    // Not an initializer: C# does not say which file's fields come first.
    public static IReadOnlyList<Rule> All =>
        field ??= [.. HighRules(), .. MediumRules(), .. LowRules(), .. AdviceRules()];

    /// <summary>The rule of a name; null for none.</summary>
    public static Rule? Find(string name) =>
        All.FirstOrDefault(r => r.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}

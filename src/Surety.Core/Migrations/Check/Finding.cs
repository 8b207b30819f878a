using Surety.Core.Migrations.Rules;
using Surety.Core.Migrations.Scripts;

namespace Surety.Core.Migrations.Check;

/// <summary>What a rule has to say of a place in a script.</summary>
/// <param name="Message">What is done there: <c>drops column email of users</c>.</param>
/// <param name="Position">Where.</param>
/// <param name="Length">How many characters there say so.</param>
public sealed record Finding(Rule Rule, string Message, TextPosition Position, int Length)
{
    /// <summary>Why somebody ignores it; null where nobody does.</summary>
    public string? Ignored { get; init; }

    public RiskLevel Risk => Rule.Risk;
}

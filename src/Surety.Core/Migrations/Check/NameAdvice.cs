using System.Text;
using Surety.Core.Migrations.Rules;
using Surety.Core.Migrations.Statements;

namespace Surety.Core.Migrations.Check;

/// <summary>Names that PostgreSQL would cut.</summary>
internal static class NameAdvice
{
    // NAMEDATALEN - 1 (manual section 4.1.1).
    private const int LongestName = 63;

    public static IEnumerable<Effect> Of(StatementFacts facts) =>
        facts
            .NamesGiven.Where(n => Encoding.UTF8.GetByteCount(n.Name) > LongestName)
            .Select(n => new Effect(
                RuleBook.LongName,
                $"{n.Name} has {Encoding.UTF8.GetByteCount(n.Name)} bytes",
                n.At
            ));
}

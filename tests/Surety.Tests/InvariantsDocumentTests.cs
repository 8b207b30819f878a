using System.Text.RegularExpressions;

namespace Surety.Tests;

public sealed partial class InvariantsDocumentTests
{
    [Fact]
    public void Every_invariant_names_tests_that_exist()
    {
        var document = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "invariants.md"));
        var tests = typeof(InvariantsDocumentTests)
            .Assembly.GetTypes()
            .SelectMany(type => type.GetMethods().Select(method => $"{type.Name}.{method.Name}"))
            .ToHashSet(StringComparer.Ordinal);

        var named = NamedTest().Matches(document).Select(match => match.Groups[1].Value).ToList();

        named.Count.ShouldBeGreaterThan(20);
        named.Where(test => !tests.Contains(test)).ShouldBeEmpty();
    }

    [GeneratedRegex(@"`(\w+(?:Tests|Contract)\.\w+)`")]
    private static partial Regex NamedTest();
}

using System.Text.RegularExpressions;
using Surety.Testing;

namespace Surety.Tests;

public sealed partial class InvariantsDocumentTests
{
    [Fact]
    public void Every_invariant_names_tests_that_exist()
    {
        var document = File.ReadAllText(Path.Combine(ProjectFolders.Root, "docs", "invariants.md"));
        var rules = Rule().Matches(document).Select(match => match.Value).ToList();

        rules.Count.ShouldBeGreaterThan(20);
        foreach (var rule in rules)
        {
            var named = NamedTest().Matches(rule);

            named.Count.ShouldBeGreaterThan(0, rule);
            named.Select(test => test.Groups).Where(test => !Exists(test[1].Value, test[2].Value)).ShouldBeEmpty(rule);
        }
    }

    [Fact]
    public void They_are_numbered_without_a_gap()
    {
        var document = File.ReadAllText(Path.Combine(ProjectFolders.Root, "docs", "invariants.md"));

        var numbers = Rule()
            .Matches(document)
            .Select(rule => int.Parse(rule.Value[..rule.Value.IndexOf('.')]))
            .ToList();

        numbers.ShouldBe(Enumerable.Range(1, numbers.Count));
    }

    // From the sources: a test of another project may be the one.
    private static bool Exists(string type, string method) =>
        Directory
            .EnumerateFiles(Path.Combine(ProjectFolders.Root, "tests"), $"{type}.cs", SearchOption.AllDirectories)
            .Any(file => method.Length == 0 || File.ReadAllText(file).Contains($" {method}("));

    [GeneratedRegex(@"^\d+\. .*$", RegexOptions.Multiline)]
    private static partial Regex Rule();

    [GeneratedRegex(@"`(\w+(?:Tests|Contract))(?:\.(\w+))?`")]
    private static partial Regex NamedTest();
}

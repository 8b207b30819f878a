using System.Text.RegularExpressions;
using Surety.Core.Migrations.Rules;
using Surety.Testing;

namespace Surety.Tests.Migrations.Rules;

public sealed partial class RuleBookTests
{
    [Fact]
    public void DocumentationHasARowForEachRule()
    {
        var document = File.ReadAllText(Path.Combine(ProjectFolders.Root, "docs", "check.md"));
        var written = new List<string>();
        var risk = "";
        foreach (var line in document.Split('\n'))
        {
            risk = Heading().Match(line) is { Success: true } heading ? heading.Groups[1].Value : risk;
            if (Row().Match(line) is { Success: true } row && risk.Length > 0)
            {
                written.Add($"{risk} {row.Groups[1].Value}: {row.Groups[2].Value}");
            }
        }

        written.Order().ShouldBe(RuleBook.All.Select(r => $"{r.Risk.Word()} {r.Name}: {r.Why}").Order());
    }

    [Fact]
    public void NamesAreUniqueAndInKebabCase()
    {
        RuleBook.All.Select(r => r.Name).ShouldBeUnique();
        RuleBook.All.ShouldAllBe(r => Kebab().IsMatch(r.Name));
    }

    [GeneratedRegex("^##+ (none|low|medium|high|)")]
    private static partial Regex Heading();

    [GeneratedRegex(@"^\| `([a-z-]+)`[^|]* \| (.*?) \| .* \|$")]
    private static partial Regex Row();

    [GeneratedRegex("^[a-z]+(-[a-z]+)*$")]
    private static partial Regex Kebab();
}

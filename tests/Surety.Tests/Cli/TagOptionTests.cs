using System.CommandLine;
using Surety.Cli.Commands;

namespace Surety.Tests.Cli;

public sealed class TagOptionTests
{
    [Fact]
    public void Tags_are_collected_and_a_value_may_hold_an_equals_sign()
    {
        var (tags, errors) = Parse("--tag", "release=1.2", "--tag", "query=a=b", "--tag", "empty=");

        errors.ShouldBeEmpty();
        tags.ShouldBe(
            new Dictionary<string, string>
            {
                ["release"] = "1.2",
                ["query"] = "a=b",
                ["empty"] = "",
            },
            ignoreOrder: true
        );
    }

    [Fact]
    public void No_tags_are_no_error()
    {
        var (tags, errors) = Parse();

        errors.ShouldBeEmpty();
        tags.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("--tag release", "'release' is not a tag: write it as key=value")]
    [InlineData("--tag =1", "'=1' is not a tag: write it as key=value")]
    [InlineData("--tag a=1 --tag a=2", "the tag 'a' is given twice")]
    [InlineData(
        "--tag before-rollback-to=1",
        "the tag 'before-rollback-to' is Surety's own, of the backups that rollbacks make"
    )]
    public void Anything_else_is_refused(string line, string error) => Parse(line.Split(' ')).Errors.ShouldBe([error]);

    private static (IReadOnlyDictionary<string, string>? Tags, IEnumerable<string> Errors) Parse(params string[] line)
    {
        var option = TagOption.Create();
        var parsed = new Command("backup") { option }.Parse(line);
        var errors = parsed.Errors.Select(error => error.Message).ToList();
        return (errors.Count == 0 ? parsed.GetValue(option) : null, errors);
    }
}

using Surety.Cli;
using Surety.Repository.Errors;

namespace Surety.Tests.Cli;

public sealed class ErrorTableTests
{
    [Fact]
    public void The_page_of_errors_names_every_code_with_its_exit_code_once()
    {
        var documented = File.ReadLines(Path.Join(Root(), "docs", "errors.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries)[1..3])
            .Select(cells => $"{cells[0].Trim('`')} {cells[1]}");

        var known = Enum.GetValues<ErrorCode>().Select(code => $"{ErrorNames.NameOf(code)} {ExitCodes.Of(code)}");

        documented.Order().ShouldBe(known.Order());
    }

    [Theory]
    [InlineData(ErrorCode.InvalidConfiguration, 2, "invalid-configuration")]
    [InlineData(ErrorCode.ObjectDamaged, 3, "object-damaged")]
    [InlineData(ErrorCode.RolesMissing, 4, "roles-missing")]
    [InlineData(ErrorCode.RepositoryNotFound, 10, "repository-not-found")]
    [InlineData(ErrorCode.RepositoryLocked, 11, "repository-locked")]
    [InlineData(ErrorCode.WrongKey, 12, "wrong-key")]
    [InlineData(ErrorCode.Cancelled, 130, "cancelled")]
    [InlineData(ErrorCode.TimedOut, 1, "timed-out")]
    public void Scripts_can_rely_on_the_exit_codes_and_names(ErrorCode code, int exitCode, string name)
    {
        ExitCodes.Of(code).ShouldBe(exitCode);
        ErrorNames.NameOf(code).ShouldBe(name);
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Join(folder.FullName, "Surety.slnx")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("no Surety.slnx above the tests");
        }

        return folder.FullName;
    }
}

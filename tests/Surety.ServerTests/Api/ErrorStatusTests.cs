using Microsoft.AspNetCore.WebUtilities;
using Surety.Repository.Errors;
using Surety.Server.Api;
using Surety.Testing;

namespace Surety.ServerTests.Api;

public sealed class ErrorStatusTests
{
    [Fact]
    public void Every_status_that_a_request_can_fail_with_is_documented()
    {
        var documented = File.ReadLines(Path.Combine(ProjectFolders.Root, "docs", "server.md"))
            .SkipWhile(line => line != "### Errors")
            .TakeWhile(line => line != "### For applications that call these already")
            .Where(line => line.StartsWith('|'))
            .SelectMany(line => line.Split('|')[1].Split(',', StringSplitOptions.TrimEntries))
            .Where(cell => int.TryParse(cell, out _))
            .Select(int.Parse)
            .ToList();

        documented.ShouldBeUnique();
        documented.Order().ShouldBe(ApiServices.Failures);
        foreach (var code in Enum.GetValues<ErrorCode>())
        {
            ReasonPhrases.GetReasonPhrase(ErrorStatus.Of(code)).ShouldNotBeEmpty($"{code}");
            ApiServices.Failures.ShouldContain(ErrorStatus.Of(code));
        }
    }
}

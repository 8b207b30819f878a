using Surety.Repository.Errors;

namespace Surety.Core.Diagnosis;

/// <summary>Collects what checks find. A check that fails is a finding itself, and the others go on.</summary>
internal sealed class Findings
{
    private readonly List<Finding> all = [];

    public IReadOnlyList<Finding> All => all;

    public void Ok(string subject, string fact) => all.Add(new Finding(subject, FindingLevel.Ok, fact));

    public void Warning(string subject, string fact, string? advice = null) =>
        all.Add(new Finding(subject, FindingLevel.Warning, fact, advice));

    public void Problem(string subject, string fact, string? advice = null) =>
        all.Add(new Finding(subject, FindingLevel.Problem, fact, advice));

    /// <summary>Does a check; false where it could not be done, which is told as <paramref name="level"/>.</summary>
    public async Task<bool> TryAsync(string subject, Func<Task> check, FindingLevel level = FindingLevel.Problem)
    {
        try
        {
            await check();
            return true;
        }
        catch (SuretyException e)
        {
            all.Add(new Finding(subject, level, e.Message, e.Hint));
            return false;
        }
    }
}

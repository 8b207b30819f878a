using Surety.Testing;

namespace Surety.IntegrationTests;

/// <summary>A theory over the databases of <c>../shared/data</c>: skipped, and counted as such, where that is absent.</summary>
internal sealed class SharedDataTheoryAttribute : TheoryAttribute
{
    public SharedDataTheoryAttribute()
    {
        if (ProjectFolders.SharedData is null)
        {
            Skip = "there is no ../shared/data (SURETY_SHARED)";
        }
    }
}

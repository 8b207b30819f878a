using Surety.Testing;

namespace Surety.IntegrationTests;

/// <summary>A fact that needs <c>../shared/data</c>: skipped, and counted as such, where that is absent.</summary>
internal sealed class SharedDataFactAttribute : FactAttribute
{
    public SharedDataFactAttribute()
    {
        if (ProjectFolders.SharedData is null)
        {
            Skip = "there is no ../shared/data (SURETY_SHARED)";
        }
    }
}

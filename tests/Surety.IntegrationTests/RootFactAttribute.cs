namespace Surety.IntegrationTests;

/// <summary>A fact that must write where only root may: skipped, and counted as such, for everybody else.</summary>
internal sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Skip = "needs root";
        }
    }
}

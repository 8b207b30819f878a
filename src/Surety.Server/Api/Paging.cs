using Surety.Repository.Errors;

namespace Surety.Server.Api;

/// <summary>How many entries one answer has.</summary>
internal static class Paging
{
    private const int Standard = 100;
    private const int Most = 500;

    public static int LimitOf(int? limit) =>
        limit switch
        {
            null => Standard,
            >= 1 and <= Most => limit.Value,
            _ => throw new SuretyException(
                ErrorCode.InvalidArgument,
                $"limit has to be 1 to {Most}",
                "ask for the next page"
            ),
        };
}

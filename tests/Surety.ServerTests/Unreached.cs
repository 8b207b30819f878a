using Surety.Core.Postgres;

namespace Surety.ServerTests;

/// <summary>A database where nothing listens, for what needs none.</summary>
internal static class Unreached
{
    public static ConnectionTarget Database(string? password = null) =>
        new()
        {
            Host = "/nowhere",
            Database = "shop",
            User = "nobody",
            Password = password,
        };
}

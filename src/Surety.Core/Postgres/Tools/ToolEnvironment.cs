using System.Globalization;
using Npgsql;

namespace Surety.Core.Postgres.Tools;

/// <summary>
/// A connection as libpq reads it from the environment (PostgreSQL manual 34.15): the only way to hand a password to a
/// program that other users of the machine cannot read.
/// </summary>
internal static class ToolEnvironment
{
    public static IReadOnlyDictionary<string, string> For(ConnectionTarget target)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PGHOST"] = target.Host,
            ["PGPORT"] = target.Port.ToString(CultureInfo.InvariantCulture),
            ["PGDATABASE"] = target.Database,
            ["PGUSER"] = target.User,
            ["PGSSLMODE"] = Mode(target.SslMode),
            ["PGAPPNAME"] = "surety",
        };
        Add("PGPASSWORD", target.Password);
        Add("PGSSLROOTCERT", target.RootCertificate);
        Add("PGSSLCERT", target.ClientCertificate);
        Add("PGSSLKEY", target.ClientKey);
        Add("PGOPTIONS", target.Options);
        return variables;

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                variables[name] = value;
            }
        }
    }

    private static string Mode(SslMode mode) =>
        mode switch
        {
            SslMode.Disable => "disable",
            SslMode.Allow => "allow",
            SslMode.Prefer => "prefer",
            SslMode.Require => "require",
            SslMode.VerifyCA => "verify-ca",
            SslMode.VerifyFull => "verify-full",
            _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, null),
        };
}

namespace Surety.Core.Postgres;

/// <summary>
/// Reads one service's parameters from <c>~/.pg_service.conf</c>, else from the system's.
/// Source: PostgreSQL manual, 34.17 "The Connection Service File".
/// </summary>
internal static class ServiceFile
{
    public static Dictionary<string, string> Read(string service, IReadOnlyDictionary<string, string?> environment)
    {
        foreach (var file in Candidates(environment).Where(File.Exists))
        {
            if (Section(service, file) is { } found)
            {
                return found;
            }
        }
        throw ConnectionTargetParser.Invalid(
            $"the service \"{service}\" is not in any service file",
            "name the file with PGSERVICEFILE, or give the connection as a URL"
        );
    }

    private static IEnumerable<string> Candidates(IReadOnlyDictionary<string, string?> environment)
    {
        if (environment.GetValueOrDefault("PGSERVICEFILE") is { Length: > 0 } named)
        {
            yield return named;
        }
        else if (environment.GetValueOrDefault("HOME") is { Length: > 0 } home)
        {
            yield return Path.Combine(home, ".pg_service.conf");
        }

        if (environment.GetValueOrDefault("PGSYSCONFDIR") is { Length: > 0 } system)
        {
            yield return Path.Combine(system, "pg_service.conf");
        }
        else
        {
            yield return "/etc/postgresql-common/pg_service.conf";
        }
    }

    private static Dictionary<string, string>? Section(string service, string file)
    {
        Dictionary<string, string>? found = null;
        foreach (var line in File.ReadLines(file).Select(line => line.Trim()))
        {
            if (line.Length == 0 || line.StartsWith('#'))
            {
                continue;
            }

            if (line.StartsWith('['))
            {
                if (found is not null)
                {
                    return found;
                }

                if (line == $"[{service}]")
                {
                    found = new(StringComparer.Ordinal);
                }

                continue;
            }
            if (found is null)
            {
                continue;
            }

            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
            {
                throw ConnectionTargetParser.Invalid(
                    $"the service \"{service}\" in {file} has a line that is not name=value",
                    "LDAP look-ups are not supported; give the connection as a URL"
                );
            }
            // The first of several wins, as in libpq.
            found.TryAdd(line[..equals].TrimEnd(), line[(equals + 1)..].TrimStart());
        }
        return found;
    }
}

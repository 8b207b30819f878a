using System.Text;
using Surety.Core.Postgres;
using Surety.Repository.Storage.S3;
using Surety.Testing.Files;
using Surety.Testing.S3;

namespace Surety.ServerTests;

/// <summary>The configuration of a server under test: a folder with <c>surety.yaml</c>, repositories and state.</summary>
internal sealed class ServerSetup : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly StringBuilder databases = new();
    private readonly List<string> repositories = ["main"];
    private readonly StringBuilder places = new();
    private readonly StringBuilder others = new();

    public string Folder => folder.Path;

    public string Configuration => folder.Combine("surety.yaml");

    public string State => folder.Combine("state");

    /// <summary>Full path of a repository of the configuration.</summary>
    public string RepositoryPath(string name = "main") => folder.Combine(name);

    /// <param name="name">As the configuration calls it.</param>
    /// <param name="target">Where it is.</param>
    /// <param name="more">Further lines of its section, each without indentation.</param>
    public ServerSetup Database(string name, ConnectionTarget target, string more = "") =>
        DatabaseAt(name, UrlOf(target), more);

    /// <param name="url">As it stands in the file.</param>
    public ServerSetup DatabaseAt(string name, string url, string more = "")
    {
        databases.AppendLine($"  {name}:").AppendLine($"    url: \"{url}\"");
        if (!more.Contains("repository:", StringComparison.Ordinal))
        {
            databases.AppendLine("    repository: main");
        }

        if (
            !more.Contains("after-backup:", StringComparison.Ordinal)
            && !more.Contains("schedule:", StringComparison.Ordinal)
        )
        {
            // What follows by itself would come between what a test looks at.
            databases.AppendLine("    after-backup: { verify: false }");
        }

        databases.Append(Indented(more, "    "));
        return this;
    }

    /// <summary>A further repository beside <c>main</c>.</summary>
    public ServerSetup Repository(string name)
    {
        repositories.Add(name);
        return this;
    }

    /// <summary>A further repository, in a bucket; who calls makes it.</summary>
    public ServerSetup Bucket(string name, S3Place place)
    {
        File.WriteAllText(folder.Combine("key"), S3Service.Key);
        places
            .AppendLine($"  {name}:")
            .AppendLine($"    s3: {place.Location}")
            .AppendLine($"    endpoint: {place.Endpoint}");
        places.AppendLine("    access_key_file: key").AppendLine("    secret_key_file: key");
        return this;
    }

    /// <summary>A further repository that nobody makes.</summary>
    /// <param name="path">As it stands in the file.</param>
    public ServerSetup RepositoryAt(string name, string path)
    {
        places.AppendLine($"  {name}:").AppendLine($"    path: \"{path}\"");
        return this;
    }

    /// <summary>Further sections of the file: <c>server:</c>, <c>alerts:</c>, <c>retention:</c>.</summary>
    public ServerSetup Section(string yaml)
    {
        others.AppendLine(yaml);
        return this;
    }

    /// <summary>Writes the file; repositories are made by whoever needs them.</summary>
    public void Write()
    {
        var yaml = new StringBuilder("databases:\n").Append(databases).Append("repositories:\n");
        foreach (var repository in repositories)
        {
            yaml.AppendLine($"  {repository}:").AppendLine($"    path: {RepositoryPath(repository)}");
        }

        yaml.Append(places).Append(others);
        File.WriteAllText(Configuration, yaml.ToString());
    }

    public IReadOnlyList<string> Repositories => repositories;

    public void Dispose() => folder.Dispose();

    /// <summary>A URL with every part escaped.</summary>
    public static string UrlOf(ConnectionTarget target) =>
        $"postgres://{target.User}{(target.Password is { } password ? $":{Uri.EscapeDataString(password)}" : "")}@/{Uri.EscapeDataString(target.Database)}"
        + $"?host={Uri.EscapeDataString(target.Host)}&port={target.Port}";

    private static string Indented(string lines, string by) =>
        string.Concat(
            lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => $"{by}{line.TrimEnd()}\n")
        );
}

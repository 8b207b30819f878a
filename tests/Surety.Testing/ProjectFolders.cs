namespace Surety.Testing;

/// <summary>Where the project's files are, seen from a test that runs somewhere under artifacts/.</summary>
public static class ProjectFolders
{
    public static string Root { get; } = FindRoot();

    /// <summary>Real databases and migrations beside the project (or in <c>SURETY_SHARED</c>), or null where there are none.</summary>
    public static string? SharedData
    {
        get
        {
            var shared = Environment.GetEnvironmentVariable("SURETY_SHARED") ?? Path.Combine(Root, "..", "shared");
            var data = Path.GetFullPath(Path.Combine(shared, "data"));
            return Directory.Exists(data) ? data : null;
        }
    }

    /// <summary>
    /// The program as it was built with the tests. Not the copy beside them: that lacks what the tests' larger framework
    /// brings along.
    /// </summary>
    public static string Program { get; } =
        Path.Combine(
            Root,
            "artifacts",
            "bin",
            "Surety.Cli",
            Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)),
            "surety.dll"
        );

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Surety.slnx")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException($"no Surety.slnx above {AppContext.BaseDirectory}");
    }
}

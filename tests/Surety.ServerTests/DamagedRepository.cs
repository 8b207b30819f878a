namespace Surety.ServerTests;

internal static class DamagedRepository
{
    /// <summary>Flips one byte in the middle of the largest object of a repository that is a folder.</summary>
    public static void Damage(string path)
    {
        var largest = new DirectoryInfo(Path.Join(path, "objects"))
            .EnumerateFiles("*", SearchOption.AllDirectories)
            .MaxBy(file => file.Length)!;
        largest.IsReadOnly = false;
        var bytes = File.ReadAllBytes(largest.FullName);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(largest.FullName, bytes);
    }
}

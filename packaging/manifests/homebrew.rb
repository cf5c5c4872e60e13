# Homebrew on Linux. There is no program for macOS: none is built, as the licence of its SDK binds it to Apple's machines.
class Ropc < Formula
  desc "Run Microsoft Graph batch jobs as a user without a password in the script"
  homepage "@URL@"
  version "@VERSION@"
  license any_of: ["MIT", "Apache-2.0"]

  on_linux do
    on_intel do
      url "@URL@/releases/download/v@VERSION@/ropc-@VERSION@-x86_64-unknown-linux-gnu.tar.gz"
      sha256 "@SHA256:ropc-@VERSION@-x86_64-unknown-linux-gnu.tar.gz@"
    end
    on_arm do
      url "@URL@/releases/download/v@VERSION@/ropc-@VERSION@-aarch64-unknown-linux-gnu.tar.gz"
      sha256 "@SHA256:ropc-@VERSION@-aarch64-unknown-linux-gnu.tar.gz@"
    end
  end

  def install
    bin.install "ropc"
    man1.install Dir["man/*.1"]
    bash_completion.install "completions/ropc.bash" => "ropc"
    zsh_completion.install "completions/ropc.zsh" => "_ropc"
    fish_completion.install "completions/ropc.fish"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/ropc --version")
  end
end

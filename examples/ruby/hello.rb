puts "Ruby #{RUBY_VERSION} sees #{Dir.children('/src').sort.join(', ')}"
begin
  File.read('/etc/passwd')
rescue SystemCallError => error
  puts "and nothing else: #{error.message}"
end
